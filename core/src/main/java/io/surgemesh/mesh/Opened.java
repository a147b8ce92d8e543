package io.surgemesh.mesh;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was opened on the way to a running mesh, closed in the opposite order. */
final class Opened implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Opened.class);

  private final Deque<AutoCloseable> newestFirst = new ArrayDeque<>();

  <T extends AutoCloseable> T add(T part) {
    newestFirst.push(part);
    return part;
  }

  @Override
  public void close() {
    while (!newestFirst.isEmpty()) {
      AutoCloseable part = newestFirst.pop();
      try {
        part.close();
      } catch (Exception failure) {
        // The others must be closed all the same.
        LOG.warn("closing {} failed", part.getClass().getSimpleName(), failure);
      }
    }
  }
}
