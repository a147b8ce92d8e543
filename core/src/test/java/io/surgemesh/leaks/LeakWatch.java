package io.surgemesh.leaks;

import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails the class during whose tests a buffer of Netty was lost without being released. */
public final class LeakWatch implements AfterAllCallback {
  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    if (context.getRequiredTestClass().getEnclosingClass() == null) {
      require(LeakReports.collect());
    }
  }

  /** Throws when there are reports. */
  static void require(List<String> none) {
    if (!none.isEmpty()) {
      throw new AssertionError(none.size() + " leaks, the first: " + none.get(0));
    }
  }
}
