package io.surgemesh.simulator;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Faults as text and back: {@code crash@12.5s:3:torn:8s} and the like, of characters that no shell
 * reads otherwise.
 */
final class FaultText {
  private static final Duration TIME_MAX = Duration.ofDays(365);

  private FaultText() {}

  /** Returns the text of a fault of so many parts. */
  static String of(String kind, Duration at, Object... parts) {
    StringBuilder text = new StringBuilder(kind).append('@').append(shown(at));
    for (Object part : parts) {
      text.append(':').append(shown(part));
    }
    return text.toString();
  }

  private static String shown(Object part) {
    if (part instanceof Duration time) {
      return BigDecimal.valueOf(time.toMillis(), 3).stripTrailingZeros().toPlainString() + "s";
    }
    return String.valueOf(part).toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static String dotted(List<Integer> group) {
    return group.stream().map(String::valueOf).collect(Collectors.joining("."));
  }

  /**
   * Returns the fault of a text.
   *
   * @throws IllegalArgumentException when it is none
   */
  static Fault parse(String text) {
    try {
      int at = text.indexOf('@');
      String[] parts = text.substring(at + 1).split(":", -1);
      return new Reader(parts).fault(text.substring(0, Math.max(0, at)));
    } catch (RuntimeException wrong) {
      throw new IllegalArgumentException("not a fault: " + text, wrong);
    }
  }

  static Duration time(Duration time) {
    Duration cut = millis(time);
    require(!cut.isNegative(), "time", time);
    return cut;
  }

  static Duration span(Duration span) {
    Duration cut = time(span);
    require(!cut.isZero(), "time", span);
    return cut;
  }

  static Duration millis(Duration time) {
    require(time.abs().compareTo(TIME_MAX) <= 0, "time", time);
    return Duration.ofMillis(time.toMillis());
  }

  static void requirePeer(int peer) {
    require(peer >= 0, "peer", peer);
  }

  static void requirePeerOrEverybody(int peer) {
    require(peer >= 0 || peer == Fault.EVERYBODY, "peer", peer);
  }

  static List<Integer> group(List<Integer> peers) {
    require(!peers.isEmpty(), "group", peers);
    peers.forEach(FaultText::requirePeer);
    return List.copyOf(peers);
  }

  static void require(boolean holds, String name, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " out of range: " + value);
    }
  }

  /** Takes the parts of one text in turn. */
  private static final class Reader {
    private final String[] parts;
    private int next;

    Reader(String[] parts) {
      this.parts = parts;
    }

    Fault fault(String kind) {
      Duration at = time();
      Fault fault =
          switch (kind) {
            case "crash" -> new Fault.Crash(at, number(), disk(), time());
            case "churn" -> new Fault.Churning(at, time(), time(), sessions(), time());
            case "cut" -> new Fault.Cut(at, number(), number(), way(), time());
            case "split" -> new Fault.Split(at, group(), way(), time());
            case "hide" -> new Fault.Hide(at, number(), time());
            case "clog" -> new Fault.Clog(at, number(), number(), time());
            case "loss" -> new Fault.Loss(at, peerOrEverybody(), number(), time());
            case "slow" -> new Fault.Slow(at, number(), time(), time());
            case "sleep" -> new Fault.Sleep(at, number(), time());
            case "pause" -> new Fault.Pause(at, number(), time());
            case "drift" -> new Fault.Drift(at, number(), number(), time());
            case "step" -> new Fault.Step(at, number(), time(), time());
            default -> throw new IllegalArgumentException("no kind " + kind);
          };
      require(next == parts.length, "number of parts", parts.length);
      return fault;
    }

    private String part() {
      require(next < parts.length, "number of parts", parts.length);
      return parts[next++];
    }

    private int number() {
      return Integer.parseInt(part());
    }

    private int peerOrEverybody() {
      String part = part();
      return part.equals("all") ? Fault.EVERYBODY : Integer.parseInt(part);
    }

    private Duration time() {
      String part = part();
      require(part.endsWith("s"), "time", part);
      BigDecimal seconds = new BigDecimal(part.substring(0, part.length() - 1));
      return Duration.ofMillis(seconds.movePointRight(3).longValueExact());
    }

    private List<Integer> group() {
      List<Integer> peers = new ArrayList<>();
      for (String peer : part().split("\\.", -1)) {
        peers.add(Integer.parseInt(peer));
      }
      return peers;
    }

    private Fault.Way way() {
      return Fault.Way.valueOf(part().toUpperCase(Locale.ROOT));
    }

    private SessionLength sessions() {
      return SessionLength.valueOf(part().toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private DiskFate disk() {
      return DiskFate.valueOf(part().toUpperCase(Locale.ROOT));
    }
  }
}
