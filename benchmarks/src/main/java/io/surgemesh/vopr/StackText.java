package io.surgemesh.vopr;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where something was thrown, as text of bounded length. */
final class StackText {
  private static final int FRAMES_MAX = 20;
  private static final int CAUSES_MAX = 5;

  private StackText() {}

  /** Returns a line for what was thrown, its causes and the innermost calls of each. */
  static List<String> lines(Throwable thrown) {
    List<String> lines = new ArrayList<>();
    @Nullable Throwable next = thrown;
    for (int i = 0; next != null && i <= CAUSES_MAX; i++) {
      lines.add((i == 0 ? "" : "caused by ") + next);
      StackTraceElement[] frames = next.getStackTrace();
      for (int frame = 0; frame < Math.min(frames.length, FRAMES_MAX); frame++) {
        lines.add("  at " + frames[frame]);
      }
      if (frames.length > FRAMES_MAX) {
        lines.add("  and " + (frames.length - FRAMES_MAX) + " more");
      }
      next = next.getCause();
    }
    return lines;
  }
}
