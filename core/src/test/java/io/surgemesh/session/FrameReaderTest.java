package io.surgemesh.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
  private static final int TYPE_WINDOW_UPDATE = 1;
  private static final int FLAG_SYN = 1;
  private static final int HEADERS_BYTES = 2 * YamuxFrame.HEADER_BYTES;

  private final List<ByteBuffer> pieces = new ArrayList<>();
  private final FrameReader reader =
      new FrameReader(
          new Yamux(false, YamuxLimits.defaults(), 0),
          new FrameReader.Sink() {
            @Override
            public void onHeader() {
              // Only bodies matter here.
            }

            @Override
            public void onBody(int streamId, ByteBuffer piece) {
              pieces.add(piece);
            }

            @Override
            public void onBodyEnd() {
              // Only bodies matter here.
            }
          });

  private byte[] feed(int bodyBytes) {
    byte[] record = new byte[60_000];
    new YamuxFrame(TYPE_WINDOW_UPDATE, FLAG_SYN, 1, 0).write(record, 0);
    YamuxFrame.writeData(1, bodyBytes, record, YamuxFrame.HEADER_BYTES);
    record[HEADERS_BYTES] = 7;
    reader.feed(ByteBuffer.wrap(record, 0, HEADERS_BYTES + bodyBytes), 0);
    return record;
  }

  @Test
  void whoKeepsASmallPieceKeepsNoMoreThanThat() {
    byte[] record = feed(1);

    assertThat(pieces).hasSize(1);
    assertThat(pieces.get(0).array()).isNotSameAs(record).hasSize(1);
    assertThat(pieces.get(0)).isEqualTo(ByteBuffer.wrap(new byte[] {7}));
  }

  @Test
  void whoKeepsAPieceKeepsAtMostTwiceThat() {
    byte[] record = feed(29_999);
    assertThat(pieces.get(0).array()).isNotSameAs(record).hasSize(29_999);
  }

  @Test
  void halfARecordIsNotCopied() {
    byte[] record = feed(30_000);
    assertThat(pieces.get(0).array()).isSameAs(record);
  }

  @Test
  void aLargePieceIsNotCopied() {
    byte[] record = feed(50_000);

    assertThat(pieces).hasSize(1);
    assertThat(pieces.get(0).array()).isSameAs(record);
    assertThat(pieces.get(0).remaining()).isEqualTo(50_000);
  }
}
