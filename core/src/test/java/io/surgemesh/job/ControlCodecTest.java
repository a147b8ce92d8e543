package io.surgemesh.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.multiformats.MalformedMessageException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ControlCodecTest {
  @Test
  void everyKindOfFrameComesBackAsItWas() throws Exception {
    long number = 0;
    for (Control control : Fixtures.oneOfEach()) {
      number++;
      ControlCodec.Numbered decoded = ControlCodec.decode(ControlCodec.encode(number, control));
      assertThat(decoded).isEqualTo(new ControlCodec.Numbered(number, control));
    }
    assertThat(number).isEqualTo(Control.Kind.values().length);
  }

  @Test
  void damagedFramesAreMalformedAndNothingElse() {
    SplittableRandom random = new SplittableRandom(11);
    List<Control> frames = Fixtures.oneOfEach();
    for (int i = 0; i < 200_000; i++) {
      byte[] frame = ControlCodec.encode(i, frames.get(i % frames.size()));
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        frame[random.nextInt(frame.length)] = (byte) random.nextInt();
      }
      byte[] cut =
          random.nextInt(4) == 0 ? Arrays.copyOf(frame, random.nextInt(frame.length)) : frame;
      try {
        assertThat(ControlCodec.decode(cut)).isNotNull();
      } catch (MalformedMessageException expected) {
        assertThat(expected).hasMessageNotContaining("\n");
      }
    }
  }

  @Test
  void textOfPeersIsEscapedAndCut() throws Exception {
    Control.Cancel rude =
        new Control.Cancel(CancelCause.REQUESTED, "\u001b[31m\n" + "x".repeat(5000));
    Control.Cancel decoded =
        (Control.Cancel) ControlCodec.decode(ControlCodec.encode(1, rude)).control();

    assertThat(decoded.line()).hasSizeLessThanOrEqualTo(200).startsWith("\\u001b[31m\\u000ax");
  }

  @Test
  void unknownReasonsAreTakenAsUnknown() throws Exception {
    byte[] frame =
        io.surgemesh.wire.pb.Control.newBuilder()
            .setNumber(1)
            .setCancel(io.surgemesh.wire.pb.Cancel.newBuilder().setReasonValue(99))
            .build()
            .toByteArray();

    assertThat(ControlCodec.decode(frame).control())
        .isEqualTo(new Control.Cancel(CancelCause.UNKNOWN, ""));
  }

  @Test
  void anEmptyFrameSaysNothing() {
    assertThatThrownBy(() -> ControlCodec.decode(new byte[0]))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void aHeadIsReadByteByByteAndStopsWhereItEnds() throws Exception {
    DataHead head = new DataHead(Fixtures.AGREEMENT.id(), false);
    byte[] framed = head.encode().array();
    DataHead.Reader reader = new DataHead.Reader();
    for (int i = 0; i < framed.length - 1; i++) {
      assertThat(reader.read(ByteBuffer.wrap(framed, i, 1))).isNull();
    }
    ByteBuffer rest = ByteBuffer.wrap(new byte[] {framed[framed.length - 1], 7, 8});

    assertThat(reader.read(rest)).isEqualTo(head);
    assertThat(rest.remaining()).isEqualTo(2);
  }

  @Test
  void headsOfAnyOtherFormAreMalformed() {
    SplittableRandom random = new SplittableRandom(12);
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = new byte[80];
      random.nextBytes(bytes);
      DataHead.Reader reader = new DataHead.Reader();
      try {
        assertThat(reader.read(ByteBuffer.wrap(bytes))).isNull();
      } catch (MalformedMessageException expected) {
        assertThat(expected).isNotNull();
      }
    }
  }
}
