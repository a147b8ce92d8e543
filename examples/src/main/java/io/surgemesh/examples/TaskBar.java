package io.surgemesh.examples;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** The progress bar of long work, on stderr. */
final class TaskBar {
  private TaskBar() {}

  /** Shows a new bar of so many steps; close it at the end. */
  static ProgressBar show(String title, int steps) {
    return new ProgressBarBuilder()
        .setTaskName(title)
        .setInitialMax(steps)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(200)
        .build();
  }
}
