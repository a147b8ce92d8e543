package io.surgemesh.vopr;

import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Says on stderr how far the runs are: a bar for people, a line now and then for logs. */
final class Progress implements AutoCloseable {
  private static final long TELL_EVERY_NANOS = 10_000_000_000L;

  private final long seeds;
  private final PrintWriter err;
  private final @Nullable ProgressBar bar;
  private long toldNanos = System.nanoTime();
  private long done;
  private long failed;

  Progress(long seeds, PrintWriter err) {
    this.seeds = seeds;
    this.err = err;
    this.bar =
        System.getenv("TERM") == null || System.getenv("CI") != null
            ? null
            : new ProgressBarBuilder()
                .setTaskName("seeds")
                .setInitialMax(seeds)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(200)
                .build();
  }

  synchronized void onRun(boolean isFailure) {
    done++;
    failed += isFailure ? 1 : 0;
    if (bar != null) {
      bar.step();
      bar.setExtraMessage(failed + " failed");
    } else if (System.nanoTime() - toldNanos >= TELL_EVERY_NANOS) {
      toldNanos = System.nanoTime();
      err.println(
          String.format(Locale.ROOT, "vopr: %d of %d seeds, %d failed", done, seeds, failed));
      err.flush();
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
