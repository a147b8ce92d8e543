package io.surgemesh.examples;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Fails the class during whose tests Netty logged that a buffer was lost. */
public final class LeakWatch implements BeforeAllCallback, AfterAllCallback {
  private static final long COLLECTION_MILLIS_MAX = 10_000;
  private static final Queue<String> REPORTS = new ConcurrentLinkedQueue<>();
  private static final AppenderBase<ILoggingEvent> APPENDER = appender();

  private static AppenderBase<ILoggingEvent> appender() {
    AppenderBase<ILoggingEvent> appender =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            if (event.getFormattedMessage().startsWith("LEAK")) {
              REPORTS.add(event.getFormattedMessage());
            }
          }
        };
    appender.start();
    return appender;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    // It is there already when this is not the first class; then nothing is added.
    ((Logger) LoggerFactory.getLogger(ResourceLeakDetector.class)).addAppender(APPENDER);
  }

  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    List<String> reports = collect();
    if (!reports.isEmpty()) {
      throw new AssertionError(reports.size() + " leaks, the first: " + reports.get(0));
    }
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
