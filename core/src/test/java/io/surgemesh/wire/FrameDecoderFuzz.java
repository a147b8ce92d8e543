package io.surgemesh.wire;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Cuts frames out of the input, which arrives whole once and once in pieces; the first byte chooses
 * the longest frame and how the pieces are cut.
 */
public final class FrameDecoderFuzz {
  private static final int[] FRAME_BYTES_MAX = {0, 16, 300, 65_536};

  private FrameDecoderFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    byte[] stream = Arrays.copyOfRange(data, 1, data.length);
    int frameBytesMax = FRAME_BYTES_MAX[data[0] & 3];
    List<Bytes> whole = frames(stream, frameBytesMax, List.of(stream.length));
    List<Integer> cuts = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(data[0]);
    for (int at = 0; at < stream.length; at += cuts.get(cuts.size() - 1)) {
      cuts.add(Math.min(1 + random.nextInt(20), stream.length - at));
    }
    if (!frames(stream, frameBytesMax, cuts).equals(whole)) {
      throw new AssertionError("other frames when they come in pieces");
    }
  }

  private static List<Bytes> frames(byte[] stream, int frameBytesMax, List<Integer> cuts) {
    FrameDecoder decoder = new FrameDecoder(frameBytesMax);
    List<Bytes> frames = new ArrayList<>();
    ByteArrayOutputStream framed = new ByteArrayOutputStream();
    int fed = 0;
    try {
      for (int bytes : cuts) {
        decoder.feed(ByteBuffer.wrap(stream, fed, bytes));
        fed += bytes;
        for (byte[] body = decoder.poll(); body != null; body = decoder.poll()) {
          if (body.length > frameBytesMax) {
            throw new AssertionError("frame of " + body.length + " bytes");
          }
          frames.add(Bytes.of(body));
          framed.writeBytes(FrameDecoder.frame(body));
        }
        if (framed.size() + decoder.bufferedBytes() != fed) {
          throw new AssertionError("bytes got lost, or came from nowhere");
        }
      }
    } catch (MalformedMessageException refused) {
      // Refusing is all that a decoder may do.
    }
    if (!Arrays.equals(framed.toByteArray(), Arrays.copyOf(stream, framed.size()))) {
      throw new AssertionError("other frames than came");
    }
    return frames;
  }
}
