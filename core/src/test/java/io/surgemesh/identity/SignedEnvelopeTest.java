package io.surgemesh.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.pb.Envelope;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SignedEnvelopeTest {
  private static final String DOMAIN = "surgemesh-test";

  private final Signatures signatures = Signatures.ed25519();
  private final KeyPair key = KeyPair.fromSeed(new byte[32]);
  private final byte[] type = {3, 1};
  private final byte[] payload = {9, 8, 7};
  private final SignedEnvelope sealed = SignedEnvelope.seal(key, signatures, DOMAIN, type, payload);

  @Test
  void whatIsSealedDecodesAndVerifies() throws MalformedMessageException {
    SignedEnvelope decoded = SignedEnvelope.decode(sealed.encode());
    assertThat(decoded).isEqualTo(sealed).hasSameHashCodeAs(sealed);
    assertThat(decoded.verify(signatures, DOMAIN)).isTrue();
    assertThat(decoded.isCanonical()).isTrue();
    assertThat(decoded.signer()).isEqualTo(key.peerId());
    assertThat(decoded.publicKey()).isEqualTo(key.publicKey());
    assertThat(decoded.payload()).isEqualTo(Bytes.of(payload));
    assertThat(decoded.payloadType()).isEqualTo(Bytes.of(type));
    assertThat(decoded.signature().size()).isEqualTo(64);
    decoded.requireValid(signatures, DOMAIN, Bytes.of(type));
  }

  @Test
  void theBytesAreThoseOfTheSpec() {
    // RFC 0002: fields 1, 2, 3, 5; what is signed has each part behind its length.
    String expected =
        "0a2408011220"
            + Bytes.of(key.publicKey().rawBytes()).toHex()
            + "12020301"
            + "1a03090807"
            + "2a40"
            + sealed.signature().toHex();
    assertThat(sealed.bytes().toHex()).isEqualTo(expected);
    byte[] signed = SignedEnvelope.signingBytes("d", type, payload);
    assertThat(Bytes.of(signed)).isEqualTo(Bytes.fromHex("0164" + "020301" + "03090807"));
    assertThat(SignedEnvelope.signingBytes("d", type, new byte[300])).hasSize(2 + 3 + 2 + 300);
  }

  @Test
  void aSignatureHoldsForItsOwnDomainTypeAndPayloadOnly() throws MalformedMessageException {
    assertThat(sealed.verify(signatures, "surgemesh-other")).isFalse();
    assertThatThrownBy(() -> sealed.requireValid(signatures, DOMAIN, Bytes.fromHex("0302")))
        .hasMessageContaining("payload type");
    assertThatThrownBy(() -> sealed.requireValid(signatures, "other", Bytes.of(type)))
        .hasMessageContaining("signature");
    Envelope message = parsed();
    SignedEnvelope otherPayload =
        SignedEnvelope.decode(
            message.toBuilder().setPayload(message.getPayloadType()).build().toByteArray());
    assertThat(otherPayload.verify(signatures, DOMAIN)).isFalse();
  }

  @Test
  void whatHeldIsNotVerifiedAgainAndWhatDidNotHoldIs() {
    CountingSignatures counting = new CountingSignatures();
    assertThat(sealed.verify(counting, DOMAIN)).isTrue();
    assertThat(sealed.verify(counting, DOMAIN)).isTrue();
    assertThat(counting.verified).isEqualTo(1);

    assertThat(sealed.verify(counting, "other")).as("held in another domain").isFalse();
    assertThat(sealed.verify(counting, "other")).isFalse();
    assertThat(counting.verified).isEqualTo(3);
    assertThat(sealed.verify(new CountingSignatures(), "other")).isFalse();
  }

  private static final class CountingSignatures implements Signatures {
    private int verified;

    @Override
    public byte[] sign(KeyPair signer, byte[] message) {
      return Signatures.ed25519().sign(signer, message);
    }

    @Override
    public boolean verify(PublicKey by, byte[] message, byte[] signature) {
      verified++;
      return Signatures.ed25519().verify(by, message, signature);
    }
  }

  @Test
  void anotherKeyDoesNotTakeOverASignature() throws MalformedMessageException {
    KeyPair thief = KeyPair.fromSeed(Bytes.fromHex("01".repeat(32)).toByteArray());
    Envelope stolen = parsed().toBuilder().setPublicKey(thief.publicKey().toMessage()).build();
    SignedEnvelope decoded = SignedEnvelope.decode(stolen.toByteArray());
    assertThat(decoded.signer()).isEqualTo(thief.peerId());
    assertThat(decoded.verify(signatures, DOMAIN)).isFalse();
  }

  @Test
  void theReceivedBytesAreKeptWithUnknownFields() throws MalformedMessageException {
    byte[] extended = Bytes.fromHex(sealed.bytes().toHex() + "500150025003").toByteArray();
    SignedEnvelope decoded = SignedEnvelope.decode(extended);
    assertThat(decoded.encode()).isEqualTo(extended);
    assertThat(decoded.verify(signatures, DOMAIN)).isTrue();
    assertThat(decoded.isCanonical()).isFalse();
  }

  @Test
  void envelopesThatLackSomethingAreRefused() {
    Envelope message = parsed();
    refuse(new byte[0]);
    refuse(message.toBuilder().clearPublicKey().build().toByteArray());
    refuse(message.toBuilder().clearPayloadType().build().toByteArray());
    refuse(message.toBuilder().clearSignature().build().toByteArray());
    byte[] tooLong = Arrays.copyOf(sealed.signature().toByteArray(), 65);
    refuse(
        message.toBuilder()
            .setSignature(com.google.protobuf.ByteString.copyFrom(tooLong))
            .build()
            .toByteArray());
    refuse(Arrays.copyOf(sealed.encode(), sealed.bytes().size() - 1));
    refuse(Bytes.fromHex(sealed.bytes().toHex().repeat(2)).toByteArray());
    refuse(new byte[SignedEnvelope.ENCODED_BYTES_MAX + 1]);
  }

  @Test
  void lengthsAreBoundedOnBothSides() throws MalformedMessageException {
    byte[] longest = new byte[SignedEnvelope.PAYLOAD_BYTES_MAX];
    SignedEnvelope large = SignedEnvelope.seal(key, signatures, DOMAIN, new byte[128], longest);
    assertThat(SignedEnvelope.decode(large.encode()).verify(signatures, DOMAIN)).isTrue();
    refuseToSeal(DOMAIN, type, new byte[SignedEnvelope.PAYLOAD_BYTES_MAX + 1]);
    refuseToSeal(DOMAIN, new byte[0], payload);
    refuseToSeal(DOMAIN, new byte[129], payload);
    refuseToSeal("", type, payload);
    refuseToSeal("d".repeat(129), type, payload);
  }

  private void refuseToSeal(String domain, byte[] payloadType, byte[] content) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SignedEnvelope.seal(key, signatures, domain, payloadType, content));
  }

  private static void refuse(byte[] encoded) {
    assertThatThrownBy(() -> SignedEnvelope.decode(encoded))
        .isInstanceOf(MalformedMessageException.class);
  }

  private Envelope parsed() {
    try {
      return Envelope.parseFrom(sealed.encode());
    } catch (com.google.protobuf.InvalidProtocolBufferException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Test
  void mutatedEnvelopesAreRefusedOrDoNotVerify() {
    for (int seed = 0; seed < 3_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] mutated = sealed.encode();
      mutated[random.nextInt(mutated.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        boolean valid = SignedEnvelope.decode(mutated).verify(signatures, DOMAIN);
        assertThat(valid).as("seed %d", seed).isFalse();
      } catch (MalformedMessageException expected) {
        assertThat(expected.getMessage()).isNotEmpty();
      }
    }
  }
}
