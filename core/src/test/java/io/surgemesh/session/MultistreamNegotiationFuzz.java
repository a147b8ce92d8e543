package io.surgemesh.session;

import io.surgemesh.session.MultistreamNegotiation.Send;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Gives one side of a negotiation the input, whole once and once in pieces; the first byte chooses
 * the side and how the pieces are cut.
 */
public final class MultistreamNegotiationFuzz {
  private static final List<String> PROPOSALS = List.of("/a/1.0.0", "/b", "/yamux/1.0.0");
  private static final Set<String> SUPPORTED = Set.of("/b", "/yamux/1.0.0", "");

  private MultistreamNegotiationFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    byte[] stream = Arrays.copyOfRange(data, 1, data.length);
    boolean proposing = (data[0] & 1) == 0;
    List<Object> whole = play(proposing, stream, stream.length, 0);
    if (!play(proposing, stream, 1 + (data[0] & 0x0e), data[0]).equals(whole)) {
      throw new AssertionError("another outcome when the bytes come in pieces");
    }
  }

  /** Returns all outputs, and how many bytes were used. */
  private static List<Object> play(boolean proposing, byte[] stream, int pieceMax, int seed) {
    MultistreamNegotiation machine =
        proposing
            ? MultistreamNegotiation.proposing(PROPOSALS)
            : MultistreamNegotiation.choosing(SUPPORTED::contains);
    SplittableRandom random = new SplittableRandom(seed);
    List<Object> outputs = new ArrayList<>();
    boolean over = drain(machine, outputs);
    int at = 0;
    while (at < stream.length) {
      int piece = pieceMax >= stream.length ? stream.length : 1 + random.nextInt(pieceMax);
      ByteBuffer bytes = ByteBuffer.wrap(stream, at, Math.min(piece, stream.length - at));
      machine.onBytes(bytes, 0);
      int used = bytes.position() - at;
      at = bytes.position();
      boolean already = over;
      over |= drain(machine, outputs);
      if (already && used > 0) {
        throw new AssertionError("takes bytes after its end");
      }
      if (bytes.hasRemaining()) {
        if (!over) {
          throw new AssertionError("leaves bytes before its end");
        }
        break;
      }
    }
    outputs.add(at);
    return outputs;
  }

  private static boolean drain(MultistreamNegotiation machine, List<Object> outputs) {
    boolean over = false;
    for (var output = machine.poll(); output != null; output = machine.poll()) {
      if (over || outputs.size() > MultistreamNegotiation.PROPOSALS_MAX + 2) {
        throw new AssertionError("says more than it may: " + output);
      }
      over = !(output instanceof Send);
      outputs.add(output);
    }
    return over;
  }
}
