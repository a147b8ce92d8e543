package io.surgemesh.leaks;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Netty's leak detector, which also remembers what it reports. Netty makes it because the tests'
 * JVM names it in {@code io.netty.customResourceLeakDetector}.
 *
 * @param <T> what is watched
 */
public final class LeakReports<T> extends ResourceLeakDetector<T> {
  private static final long COLLECTION_MILLIS_MAX = 10_000;
  private static final Queue<String> REPORTS = new ConcurrentLinkedQueue<>();

  /** Called by Netty. */
  public LeakReports(Class<?> resourceType, int samplingInterval) {
    super(resourceType, samplingInterval);
  }

  /** Called by Netty. */
  public LeakReports(Class<?> resourceType, int samplingInterval, long maxActive) {
    super(resourceType, samplingInterval);
  }

  @Override
  protected boolean needReport() {
    return true;
  }

  @Override
  protected void reportTracedLeak(String resourceType, String records) {
    REPORTS.add("LEAK: " + resourceType + " was not released:" + records);
  }

  @Override
  protected void reportUntracedLeak(String resourceType) {
    REPORTS.add("LEAK: " + resourceType + " was not released");
  }

  /** Collects garbage and returns what was found in it that should have been released. */
  static List<String> collect() throws InterruptedException {
    // What one collection finds is queued in no order; all of it is before what the next one finds.
    collectGarbage();
    collectGarbage();
    // Netty looks through what was collected when the next buffer is made.
    boolean released = ByteBufAllocator.DEFAULT.buffer(1).release();
    if (!released) {
      throw new AssertionError("a fresh buffer is somebody else's");
    }
    List<String> reports = new ArrayList<>();
    for (String report = REPORTS.poll(); report != null; report = REPORTS.poll()) {
      reports.add(report);
    }
    return reports;
  }

  private static void collectGarbage() throws InterruptedException {
    ReferenceQueue<Object> collected = new ReferenceQueue<>();
    PhantomReference<Object> canary = new PhantomReference<>(new Object(), collected);
    System.gc();
    if (collected.remove(COLLECTION_MILLIS_MAX) != canary) {
      throw new AssertionError("no garbage was collected");
    }
  }
}
