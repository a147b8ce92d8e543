package io.surgemesh.vopr;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Every lookup ends; one that begins after healing, between peers that live, finds. */
final class LookupChecker implements Checker {
  private record Begun(int from, int to, boolean mustFind) {}

  private final Map<Integer, Begun> open = new LinkedHashMap<>();
  private boolean healed;

  @Override
  public String name() {
    return "lookups-find";
  }

  @Override
  public Optional<String> on(long nowNanos, Happening happening) {
    if (happening instanceof Happening.Healed) {
      healed = true;
    } else if (happening instanceof Happening.Crashed crashed) {
      onGone(crashed.peer());
    } else if (happening instanceof Happening.Left left) {
      onGone(left.peer());
    } else if (happening instanceof Happening.LookUp begun) {
      open.put(begun.number(), new Begun(begun.from(), begun.to(), healed));
    } else if (happening instanceof Happening.LookedUp ended) {
      Begun lookup = open.remove(ended.number());
      if (lookup != null && lookup.mustFind && !ended.found()) {
        return Optional.of(describe(lookup) + " found nothing");
      }
    } else if (happening instanceof Happening.LookUpsDue) {
      return open.values().stream().findFirst().map(left -> describe(left) + " has not ended");
    }
    return Optional.empty();
  }

  private void onGone(int peer) {
    open.values().removeIf(lookup -> lookup.from == peer || lookup.to == peer);
  }

  private static String describe(Begun lookup) {
    return "lookup by peer " + lookup.from + " of peer " + lookup.to;
  }
}
