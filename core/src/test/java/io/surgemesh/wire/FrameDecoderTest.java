package io.surgemesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
  @Test
  void framesComeOutWholeHoweverTheyArrive() throws MalformedMessageException {
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<byte[]> sent = new ArrayList<>();
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      for (int i = 0; i < 50; i++) {
        byte[] body = new byte[random.nextInt(random.nextBoolean() ? 4 : 400)];
        random.nextBytes(body);
        sent.add(body);
        stream.writeBytes(FrameDecoder.frame(body));
      }
      ByteBuffer rest = ByteBuffer.wrap(stream.toByteArray());
      FrameDecoder decoder = new FrameDecoder(400);
      List<byte[]> received = new ArrayList<>();
      while (rest.hasRemaining()) {
        ByteBuffer piece = rest.slice();
        piece.limit(Math.min(piece.limit(), random.nextInt(1, 300)));
        rest.position(rest.position() + piece.limit());
        decoder.feed(piece);
        assertThat(piece.hasRemaining()).isFalse();
        boolean behind = random.nextInt(4) == 0;
        for (byte[] body = behind ? null : decoder.poll(); body != null; body = decoder.poll()) {
          received.add(body);
        }
      }
      for (byte[] body = decoder.poll(); body != null; body = decoder.poll()) {
        received.add(body);
      }
      assertThat(received).as("seed %d", seed).containsExactlyElementsOf(sent);
      assertThat(decoder.bufferedBytes()).isZero();
    }
  }

  @Test
  void aFrameThatIsNotWholeIsHeldBack() throws MalformedMessageException {
    FrameDecoder decoder = new FrameDecoder(1000);
    byte[] frame = FrameDecoder.frame(new byte[300]);
    for (int i = 0; i < frame.length; i++) {
      assertThat(decoder.bufferedBytes()).isEqualTo(i);
      assertThat(decoder.poll()).isNull();
      decoder.feed(ByteBuffer.wrap(frame, i, 1));
    }
    assertThat(decoder.poll()).hasSize(300);
    assertThat(decoder.bufferedBytes()).isZero();
  }

  @Test
  void emptyFramesAreFrames() throws MalformedMessageException {
    FrameDecoder decoder = new FrameDecoder(0);
    decoder.feed(ByteBuffer.wrap(new byte[] {0, 0}));
    assertThat(decoder.poll()).isEmpty();
    assertThat(decoder.poll()).isEmpty();
    assertThat(decoder.poll()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"8100", "808000", "e907", "ffffff7f", "80808080", "ffffffff0f", "ffffffff"})
  void lengthsThatAreTooLargeOrNotMinimalAreRefusedAtOnce(String hex) {
    FrameDecoder decoder = new FrameDecoder(1000);
    decoder.feed(Bytes.fromHex(hex).asReadOnlyByteBuffer());
    assertThatThrownBy(decoder::poll).isInstanceOf(MalformedMessageException.class);
    decoder.feed(ByteBuffer.wrap(new byte[] {1, 1}));
    assertThatThrownBy(decoder::poll).isInstanceOf(MalformedMessageException.class);
    assertThat(decoder.bufferedBytes()).isZero();
  }

  @Test
  void anAnnouncedLengthAllocatesNothing() throws MalformedMessageException {
    // 1,000 decoders that believed it would need 256 GiB.
    List<FrameDecoder> decoders = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      FrameDecoder decoder = new FrameDecoder(Integer.MAX_VALUE);
      decoder.feed(Bytes.fromHex("ffffff7f01").asReadOnlyByteBuffer());
      assertThat(decoder.poll()).isNull();
      decoders.add(decoder);
    }
    assertThat(decoders).allSatisfy(decoder -> assertThat(decoder.bufferedBytes()).isEqualTo(5));
  }
}
