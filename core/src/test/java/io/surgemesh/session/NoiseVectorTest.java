package io.surgemesh.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.crypto.Primitives;
import io.surgemesh.multiformats.Bytes;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The published test vectors of Noise_XX_25519_ChaChaPoly_SHA256. */
class NoiseVectorTest {
  private static final byte[] INITIATOR_STATIC =
      bytes("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  private static final byte[] RESPONDER_STATIC =
      bytes("0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20");
  private static final byte[] INITIATOR_EPHEMERAL =
      bytes("202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f");
  private static final byte[] RESPONDER_EPHEMERAL =
      bytes("4142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f60");

  private static byte[] bytes(String hex) {
    return Bytes.fromHex(hex).toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    byte[] joined = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, joined, at, part.length);
      at += part.length;
    }
    return joined;
  }

  private static byte[] agree(Primitives by, byte[] privateKey, byte[] peersPrivateKey) {
    byte[] secret = new byte[32];
    by.x25519(privateKey, NoiseStatic.publicKeyOf(peersPrivateKey), secret);
    return secret;
  }

  @ParameterizedTest
  @MethodSource("io.surgemesh.crypto.BothPrimitives#all")
  void aHandshakeWithPayloadsHasThePublishedBytes(Primitives by) {
    NoiseSymmetricState state = new NoiseSymmetricState("Noise_XX_25519_ChaChaPoly_SHA256", by);
    state.mixHash(new byte[0]);

    byte[] e1 = NoiseStatic.publicKeyOf(INITIATOR_EPHEMERAL);
    state.mixHash(e1);
    assertThat(join(e1, state.encryptAndHash(bytes("746573745f6d73675f30"))))
        .isEqualTo(
            bytes(
                "358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254"
                    + "746573745f6d73675f30"));

    byte[] e2 = NoiseStatic.publicKeyOf(RESPONDER_EPHEMERAL);
    state.mixHash(e2);
    state.mixKey(agree(by, RESPONDER_EPHEMERAL, INITIATOR_EPHEMERAL));
    byte[] s2 = state.encryptAndHash(NoiseStatic.publicKeyOf(RESPONDER_STATIC));
    state.mixKey(agree(by, RESPONDER_STATIC, INITIATOR_EPHEMERAL));
    assertThat(join(e2, s2, state.encryptAndHash(bytes("746573745f6d73675f31"))))
        .isEqualTo(
            bytes(
                "64b101b1d0be5a8704bd078f9895001fc03e8e9f9522f188dd128d9846d48466"
                    + "3414af878d3e46a2f58911a816d6e8346d4ea17a6f2a0bb4ef4ed56c133cff45"
                    + "72e7a2ba5123ac30618b3d205f5c2d17f50cbca216483ac56bcc78e33bf52030"
                    + "3278db641e5e731b2e3a"));

    byte[] s1 = state.encryptAndHash(NoiseStatic.publicKeyOf(INITIATOR_STATIC));
    state.mixKey(agree(by, INITIATOR_STATIC, RESPONDER_EPHEMERAL));
    assertThat(join(s1, state.encryptAndHash(bytes("746573745f6d73675f32"))))
        .isEqualTo(
            bytes(
                "87f864c11ba449f46a0a4f4e2eacbb7b0457784f4fca1937f572c93603e9c4d9"
                    + "f27e318e43ba630594c4d08eeb3b36d97c7377a2f4f9144b2f0c8095ad921405"
                    + "05b2ab53eff244b14138"));

    byte[][] keys = state.split();
    assertTransport(
        by,
        keys[0],
        "79656c6c6f777375626d6172696e65",
        "a52ef02ba60e12696d1d6b9ef4245c88fca757b6134ad6e76b56e310a6adf6");
    assertTransport(
        by,
        keys[1],
        "7375626d6172696e6579656c6c6f77",
        "2445aa438ebd649281c636cc7269ca82f1d9023d72520943aeabf909cdf521");
  }

  private static void assertTransport(Primitives by, byte[] key, String plain, String sealed) {
    byte[] target = new byte[plain.length() / 2 + CipherState.TAG_BYTES];
    new CipherState(by, key).encrypt(bytes(plain), 0, plain.length() / 2, target, 0);
    assertThat(target).isEqualTo(bytes(sealed));
  }
}
