package io.surgemesh.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultihashTest {
  @Test
  void sha256OfTheSpecExampleMatches() throws MalformedMessageException {
    Multihash hash = Multihash.sha256("multihash".getBytes(StandardCharsets.US_ASCII));
    byte[] encoded =
        Bytes.fromHex("12209cbc07c3f991725836a3aa2a581ca2029198aa420b9d99bc0e131d9f3e2cbe47")
            .toByteArray();
    assertThat(hash.encode()).isEqualTo(encoded);
    assertThat(Multihash.decode(encoded)).isEqualTo(hash);
  }

  @Test
  void identityHoldsTheContent() throws MalformedMessageException {
    Multihash hash = Multihash.identity(new byte[] {1, 2});
    assertThat(hash.encode()).isEqualTo(new byte[] {0, 2, 1, 2});
    assertThat(Multihash.decode(new byte[] {0, 0})).isEqualTo(Multihash.identity(new byte[0]));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "12", "1220", "122000", "0001", "000101ff", "8000", "120100", "00ffffff7f"})
  void truncatedPaddedAndWrongLengthsAreRefused(String hex) {
    assertThatThrownBy(() -> Multihash.decode(Bytes.fromHex(hex).toByteArray()))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void aDigestBeyondTheBoundIsRefused() {
    byte[] encoded = new byte[2 + 129 + 1];
    encoded[1] = (byte) 0x81;
    encoded[2] = 0x01;
    assertThatThrownBy(() -> Multihash.decode(encoded))
        .isInstanceOf(MalformedMessageException.class);
    assertThatIllegalArgumentException().isThrownBy(() -> Multihash.identity(new byte[129]));
    assertThatIllegalArgumentException().isThrownBy(() -> new Multihash(-1, Bytes.EMPTY));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Multihash(Multihash.SHA2_256, Bytes.EMPTY));
  }
}
