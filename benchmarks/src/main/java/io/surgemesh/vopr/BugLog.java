package io.surgemesh.vopr;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * Hears what code under test logs: an error, or an exception that nobody planned, is a bug of the
 * run on whose thread it was logged.
 *
 * <p>Takes the place of whatever else the log went to. Thread-safe.
 */
final class BugLog extends AppenderBase<ILoggingEvent> {
  private final Map<Thread, Consumer<? super String>> runs = new ConcurrentHashMap<>();

  private BugLog() {}

  /** Returns one that hears everything logged in this JVM from now on. */
  static BugLog install() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.setLevel(Level.WARN);
    BugLog log = new BugLog();
    log.setContext(context);
    log.start();
    root.addAppender(log);
    return log;
  }

  /** Tells {@code bugs} of each bug logged by this thread while {@code run} runs. */
  void hear(Consumer<? super String> bugs, Runnable run) {
    runs.put(Thread.currentThread(), bugs);
    try {
      run.run();
    } finally {
      runs.remove(Thread.currentThread());
    }
  }

  @Override
  protected void append(ILoggingEvent event) {
    Consumer<? super String> bugs = runs.get(Thread.currentThread());
    if (bugs != null && isBug(event)) {
      IThrowableProxy thrown = event.getThrowableProxy();
      bugs.accept(
          event.getFormattedMessage()
              + (thrown == null ? "" : ": " + thrown.getClassName() + ": " + thrown.getMessage()));
    }
  }

  private static boolean isBug(ILoggingEvent event) {
    if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
      return true;
    }
    return event.getThrowableProxy() instanceof ThrowableProxy proxy
        && (proxy.getThrowable() instanceof RuntimeException
            || proxy.getThrowable() instanceof Error);
  }
}
