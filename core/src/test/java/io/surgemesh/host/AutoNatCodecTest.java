package io.surgemesh.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.host.AutoNatMessage.Response;
import io.surgemesh.host.AutoNatMessage.Status;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AutoNatCodecTest {
  private static final Multiaddr HOME = Multiaddr.of("/ip4/1.2.3.4/tcp/4001");
  private static final Bytes NAME = Bytes.fromHex("aabb");

  /** As protobuf's own encoder writes it: type, dial with a peer of an id and an address. */
  private static final String DIAL_HEX = "080012100a0e0a02aabb12080401020304060fa1";

  private static AutoNatMessage decode(String hex) throws MalformedMessageException {
    return AutoNatCodec.INSTANCE.decode(Bytes.fromHex(hex).toByteArray());
  }

  private static void assertReadBack(AutoNatMessage message) throws MalformedMessageException {
    byte[] encoded = AutoNatCodec.INSTANCE.encode(message);
    assertThat(encoded).hasSize(AutoNatCodec.INSTANCE.encodedBytes(message));
    assertThat(AutoNatCodec.INSTANCE.decode(encoded)).isEqualTo(message);
  }

  @Test
  void aQuestionIsReadAsItIsWritten() throws MalformedMessageException {
    AutoNatMessage dial = new AutoNatMessage.Dial(NAME, List.of(HOME));
    assertThat(Bytes.of(AutoNatCodec.INSTANCE.encode(dial)).toHex()).isEqualTo(DIAL_HEX);
    assertReadBack(dial);
    assertReadBack(new AutoNatMessage.Dial(Bytes.EMPTY, List.of()));
  }

  @ParameterizedTest
  @EnumSource(Status.class)
  void aResponseIsReadAsItIsWritten(Status status) throws MalformedMessageException {
    assertReadBack(Response.of(status));
    assertReadBack(new Response(status, HOME.bytes()));
  }

  @Test
  void textAndUnknownFieldsAreIgnoredAndWhatIsLeftOutIsTheFirstValue()
      throws MalformedMessageException {
    assertThat(decode("08011a070864" + "1203616263" + "2200"))
        .isEqualTo(Response.of(Status.DIAL_ERROR));
    assertThat(decode("08011a0308e707")).isEqualTo(Response.of(Status.INTERNAL_ERROR));
    assertThat(decode("08011a00")).isEqualTo(Response.of(Status.OK));
    assertThat(decode("12020a00")).isEqualTo(new AutoNatMessage.Dial(Bytes.EMPTY, List.of()));
  }

  @Test
  void addressesOfUnknownTransportsAreLeftOut() throws MalformedMessageException {
    assertThat(decode("080012060a041202ffff"))
        .isEqualTo(new AutoNatMessage.Dial(Bytes.EMPTY, List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0800", "0801", "08021a00", "08001200", "0801120" + "20a00", "08000800", "ff"})
  void whatAsksNothingAndAnswersNothingIsMalformed(String hex) {
    assertThatThrownBy(() -> decode(hex)).isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void aThousandAddressesAreMalformed() {
    AutoNatMessage dial = new AutoNatMessage.Dial(NAME, Collections.nCopies(1_000, HOME));
    assertThatThrownBy(() -> AutoNatCodec.INSTANCE.decode(AutoNatCodec.INSTANCE.encode(dial)))
        .isInstanceOf(MalformedMessageException.class);
  }
}
