package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerRecord;
import io.surgemesh.identity.PublicKey;
import io.surgemesh.identity.Signatures;
import io.surgemesh.identity.SignedEnvelope;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What holds of the real signatures must hold of the stand-in; each rule is put to both. */
class KeyedSignaturesTest {
  private static final List<Signatures> BOTH =
      List.of(Signatures.ed25519(), new KeyedSignatures(7));

  private final SplittableRandom random = new SplittableRandom(11);
  private final KeyPair key = keyPair();

  private KeyPair keyPair() {
    return KeyPair.fromSeed(bytes(KeyPair.SEED_BYTES));
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  @Test
  void aSignatureHas64BytesHoldsAndIsTheSameEachTime() {
    for (Signatures signatures : BOTH) {
      for (int length : new int[] {0, 1, 7, 8, 9, 63, 64, 300, 4096}) {
        byte[] message = bytes(length);
        byte[] signature = signatures.sign(key, message);
        assertThat(signature).hasSize(64).isEqualTo(signatures.sign(key, message));
        assertThat(signatures.verify(key.publicKey(), message, signature)).isTrue();
      }
    }
  }

  @Test
  void everyChangedBitOfTheMessageIsRefused() {
    byte[] message = bytes(41);
    for (Signatures signatures : BOTH) {
      byte[] signature = signatures.sign(key, message);
      for (int bit = 0; bit < message.length * 8; bit++) {
        byte[] changed = flip(message, bit);
        assertThat(signatures.verify(key.publicKey(), changed, signature))
            .as("bit %d", bit)
            .isFalse();
      }
    }
  }

  @Test
  void everyChangedBitOfTheSignatureIsRefused() {
    byte[] message = bytes(41);
    for (Signatures signatures : BOTH) {
      byte[] signature = signatures.sign(key, message);
      for (int bit = 0; bit < signature.length * 8; bit++) {
        byte[] changed = flip(signature, bit);
        assertThat(signatures.verify(key.publicKey(), message, changed))
            .as("bit %d", bit)
            .isFalse();
      }
    }
  }

  private static byte[] flip(byte[] bytes, int bit) {
    byte[] changed = bytes.clone();
    changed[bit / 8] ^= (byte) (1 << bit % 8);
    return changed;
  }

  @Test
  void aSignatureOfAnotherLengthIsRefused() {
    byte[] message = bytes(100);
    for (Signatures signatures : BOTH) {
      byte[] signature = signatures.sign(key, message);
      for (int length : new int[] {0, 1, 63, 65, 128}) {
        byte[] other = Arrays.copyOf(signature, length);
        assertThat(signatures.verify(key.publicKey(), message, other)).isFalse();
      }
    }
  }

  @Test
  void aMessageWithZerosAppendedOrWithoutItsZerosIsAnother() {
    for (Signatures signatures : BOTH) {
      for (int length = 0; length < 20; length++) {
        byte[] signature = signatures.sign(key, new byte[length]);
        assertThat(signatures.verify(key.publicKey(), new byte[length + 1], signature)).isFalse();
        assertThat(signatures.verify(key.publicKey(), new byte[length + 8], signature)).isFalse();
      }
    }
  }

  @Test
  void theSignatureOfAnotherKeyIsRefused() {
    byte[] message = bytes(100);
    for (Signatures signatures : BOTH) {
      byte[] signature = signatures.sign(keyPair(), message);
      assertThat(signatures.verify(key.publicKey(), message, signature)).isFalse();
    }
  }

  @Test
  void signaturesOfAnotherNetworkOrOfTheOtherKindAreRefused() {
    byte[] message = bytes(100);
    List<Signatures> kinds = new ArrayList<>(BOTH);
    kinds.add(new KeyedSignatures(8));
    for (Signatures signs : kinds) {
      for (Signatures verifies : kinds) {
        assertThat(verifies.verify(key.publicKey(), message, signs.sign(key, message)))
            .isEqualTo(signs == verifies);
      }
    }
  }

  @Test
  void signaturesAreTheSameOnEveryMachine() {
    byte[] message = "the same everywhere".repeat(15).getBytes(StandardCharsets.UTF_8);
    KeyPair fixed = KeyPair.fromSeed(new byte[KeyPair.SEED_BYTES]);
    assertThat(HexFormat.of().formatHex(new KeyedSignatures(42).sign(fixed, message)))
        .isEqualTo(
            "7438c38f55340d33f6d122f3f219778f1809a21125f1ea0aace3825e095ec439"
                + "0f45f7ab800c8ddf1bd4a497af50ffc137eca541ada1452be88e957948a9c420");
  }

  @Test
  void envelopesOfBothAreAsLongAndHoldForTheirOwnKindOnly() throws Exception {
    List<Multiaddr> addresses = List.of(Multiaddr.of("/ip4/10.0.0.1/tcp/4001"));
    for (Signatures signs : BOTH) {
      byte[] encoded = PeerRecord.seal(key, signs, 5, addresses).encode();
      assertThat(encoded).hasSize(PeerRecord.seal(key, BOTH.get(0), 5, addresses).encode().length);
      SignedEnvelope envelope = SignedEnvelope.decode(encoded);
      for (Signatures verifies : BOTH) {
        assertThat(envelope.verify(verifies, PeerRecord.DOMAIN)).isEqualTo(signs == verifies);
      }
    }
  }

  @Test
  void aKeyOfSmallOrderIsRefusedBeforeAnySignatureIsLookedAt() {
    byte[] neutral = new byte[PublicKey.ED25519_BYTES];
    neutral[0] = 1;
    for (Signatures signatures : BOTH) {
      byte[] encoded = PeerRecord.seal(key, signatures, 5, List.of()).encode();
      int at = Bytes.of(encoded).toHex().indexOf(Bytes.of(key.publicKey().rawBytes()).toHex()) / 2;
      System.arraycopy(neutral, 0, encoded, at, neutral.length);
      assertThatExceptionOfType(MalformedMessageException.class)
          .isThrownBy(() -> SignedEnvelope.decode(encoded))
          .withMessageContaining("no usable point");
    }
  }
}
