package io.surgemesh.vopr;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What many runs did together. Thread-safe. */
final class Report {
  private static final double NANOS_PER_HOUR = 3600e9;

  private final Map<String, Integer> networks = new TreeMap<>();
  private final Map<String, Integer> faults = new TreeMap<>();
  private final Map<String, Integer> hostiles = new TreeMap<>();
  private final List<Failure> failures = new ArrayList<>();
  private long seeds;
  private long repeated;
  private long events;
  private long virtualNanos;
  private long wallNanos;

  synchronized void add(Outcome outcome) {
    seeds++;
    events += outcome.events();
    virtualNanos += outcome.virtualNanos();
    wallNanos += outcome.wallNanos();
    outcome.scenario().surroundings().kinds().forEach(kind -> count(networks, kind));
    outcome.scenario().plan().faults().forEach(fault -> count(faults, fault.kind()));
    outcome
        .scenario()
        .hostiles()
        .forEach(hostile -> count(hostiles, hostile.name().toLowerCase(Locale.ROOT)));
  }

  synchronized void addRepeated() {
    repeated++;
  }

  synchronized void add(Failure failure) {
    failures.add(failure);
  }

  private static void count(Map<String, Integer> counts, String kind) {
    counts.merge(kind, 1, Integer::sum);
  }

  synchronized long seeds() {
    return seeds;
  }

  synchronized List<Failure> failures() {
    return List.copyOf(failures);
  }

  synchronized double virtualHours() {
    return virtualNanos / NANOS_PER_HOUR;
  }

  synchronized long events() {
    return events;
  }

  synchronized Map<String, Integer> faults() {
    return new TreeMap<>(faults);
  }

  /** Returns the lines of a table, ASCII only. */
  synchronized List<String> table() {
    List<String> lines = new ArrayList<>();
    lines.add(row("seeds", "%,d", seeds));
    lines.add(row("of those run twice", "%,d", repeated));
    lines.add(row("virtual hours", "%,.1f", virtualHours()));
    lines.add(row("events", "%,d", events));
    double seconds = Math.max(1, wallNanos) / 1e9;
    lines.add(row("events per second and thread", "%,.0f", events / seconds));
    lines.add(row("virtual time per real time", "%,.0f", virtualNanos / 1e9 / seconds));
    networks.forEach((kind, count) -> lines.add(row("networks: " + kind, "%,d", count)));
    faults.forEach((kind, count) -> lines.add(row("faults: " + kind, "%,d", count)));
    hostiles.forEach((kind, count) -> lines.add(row("hostile peers: " + kind, "%,d", count)));
    lines.add(row("failed seeds", "%,d", failures.size()));
    return lines;
  }

  private static String row(String name, String format, Object value) {
    return String.format(
        Locale.ROOT, "%-32s %14s", name, String.format(Locale.ROOT, format, value));
  }
}
