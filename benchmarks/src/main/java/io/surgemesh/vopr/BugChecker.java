package io.surgemesh.vopr;

import java.util.Optional;

/** Code under test neither throws what nobody expects nor logs an error. */
final class BugChecker implements Checker {
  static final String NAME = "no-bugs";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<String> on(long nowNanos, Happening happening) {
    return happening instanceof Happening.Bug bug ? Optional.of(bug.line()) : Optional.empty();
  }
}
