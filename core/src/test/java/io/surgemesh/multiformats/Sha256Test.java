package io.surgemesh.multiformats;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Sha256Test {
  @Test
  void itsWordsAreTheDigestMostSignificantFirst() {
    // FIPS 180-2, appendix B.1.
    assertThat(Sha256.of(Bytes.fromHex("616263")))
        .isEqualTo(
            new Sha256(
                0xba7816bf8f01cfeaL,
                0x414140de5dae2223L,
                0xb00361a396177a9cL,
                0xb410ff61f20015adL));
  }

  @Test
  void itIsTheDigestOfTheMultihash() {
    Bytes content = Bytes.fromHex("00ff01");
    Bytes digest = Multihash.sha256(content.toByteArray()).digest();
    assertThat(Sha256.of(content).word3()).isEqualTo(digest.asReadOnlyByteBuffer().getLong(24));
  }
}
