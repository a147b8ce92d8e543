package io.surgemesh.hostbench;

import java.io.IOException;
import java.io.OutputStream;

/** Tells a peer's process when to stop: whoever started it closes its stdin. */
final class StdinEnd {
  private volatile boolean reached;

  private StdinEnd() {}

  static StdinEnd watch() {
    StdinEnd end = new StdinEnd();
    Thread reader = new Thread(end::read, "stdin");
    reader.setDaemon(true);
    reader.start();
    return end;
  }

  boolean isReached() {
    return reached;
  }

  private void read() {
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException gone) {
      // That is an end too.
    }
    reached = true;
  }
}
