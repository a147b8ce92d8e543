package io.surgemesh.vopr;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Hears what code under test logs: an error, or an exception that nobody planned, is a bug of the
 * run on whose thread it was logged.
 *
 * <p>Takes the place of whatever else the log went to. Thread-safe.
 */
final class BugLog extends AppenderBase<ILoggingEvent> {
  /** Hears of bugs. */
  @FunctionalInterface
  interface Listener {
    /**
     * Something was logged that is a bug.
     *
     * @param thrown what was logged with it; null when nothing was
     */
    void onBug(String line, @Nullable Throwable thrown);
  }

  private final Map<Thread, Listener> runs = new ConcurrentHashMap<>();

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
  void hear(Listener bugs, Runnable run) {
    runs.put(Thread.currentThread(), bugs);
    try {
      run.run();
    } finally {
      runs.remove(Thread.currentThread());
    }
  }

  @Override
  protected void append(ILoggingEvent event) {
    Listener bugs = runs.get(Thread.currentThread());
    Throwable thrown =
        event.getThrowableProxy() instanceof ThrowableProxy proxy ? proxy.getThrowable() : null;
    if (bugs != null && isBug(event, thrown)) {
      String line = event.getFormattedMessage();
      bugs.onBug(
          thrown == null
              ? line
              : line + ": " + thrown.getClass().getName() + ": " + thrown.getMessage(),
          thrown);
    }
  }

  private static boolean isBug(ILoggingEvent event, @Nullable Throwable thrown) {
    return event.getLevel().isGreaterOrEqual(Level.ERROR)
        || thrown instanceof RuntimeException
        || thrown instanceof Error;
  }
}
