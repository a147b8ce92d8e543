package io.surgemesh.vopr;

import java.util.Optional;

/** What has a bound stays within it. */
final class BoundsChecker implements Checker {
  @Override
  public String name() {
    return "bounds-hold";
  }

  @Override
  public Optional<String> on(long nowNanos, Happening happening) {
    if (happening instanceof Happening.Measured measured && measured.value() > measured.most()) {
      return Optional.of(
          String.format(
              "%s%s: %d, at most %d",
              measured.what(),
              measured.peer() == Happening.NOBODY ? "" : " of peer " + measured.peer(),
              measured.value(),
              measured.most()));
    }
    return Optional.empty();
  }
}
