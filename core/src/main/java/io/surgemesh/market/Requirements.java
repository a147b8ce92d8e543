package io.surgemesh.market;

import io.surgemesh.identity.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a provider must offer to be given a job.
 *
 * <p>Start from {@link #runtime} and narrow with the {@code with} methods; what is not narrowed is
 * not asked for.
 *
 * @param runtime name of the runtime, such as {@code java:wordcount}
 * @param cpuMillicoresMin reserved for the job; 1 or more
 * @param memoryBytesMin reserved for the job; 1 to 2^50
 * @param storageBytesMin 0 to 2^50
 * @param gpusMin graphics processors of any model, 0 or more
 * @param architecture such as {@code amd64}; empty for any
 * @param unit the unit of account of price and budget
 * @param perCpuSecondMax highest price of a cpu-second; {@link Amount#MAX} for any
 * @param budget the most the job may cost; {@link Amount#MAX} for no bound
 * @param startDelayMax longest expected wait
 * @param region the region's label; empty for any
 * @param wanted the only providers to consider; empty for any
 * @param excluded providers not to consider
 */
public record Requirements(
    String runtime,
    int cpuMillicoresMin,
    long memoryBytesMin,
    long storageBytesMin,
    int gpusMin,
    String architecture,
    String unit,
    Amount perCpuSecondMax,
    Amount budget,
    Duration startDelayMax,
    String region,
    Set<PeerId> wanted,
    Set<PeerId> excluded) {
  /**
   * Checks the ranges and copies the sets.
   *
   * @throws IllegalArgumentException naming the value out of range
   */
  public Requirements {
    JobRuntime.requireName(runtime);
    Ranges.require(cpuMillicoresMin, 1, Resources.CPU_MILLICORES_MAX, "cpuMillicoresMin");
    Ranges.require(memoryBytesMin, 1, Ranges.BYTES_MAX, "memoryBytesMin");
    Ranges.require(storageBytesMin, 0, Ranges.BYTES_MAX, "storageBytesMin");
    Ranges.require(gpusMin, 0, Integer.MAX_VALUE, "gpusMin");
    Ranges.require(!startDelayMax.isNegative(), "startDelayMax is negative");
    wanted = Collections.unmodifiableSet(new TreeSet<>(wanted));
    excluded = Collections.unmodifiableSet(new TreeSet<>(excluded));
  }

  /** Returns the requirement of a runtime, 100 millicores and 64 MiB, at any price in credits. */
  public static Requirements runtime(String name) {
    return new Requirements(
        name,
        100,
        64L << 20,
        0,
        0,
        "",
        Price.CREDIT,
        Amount.MAX,
        Amount.MAX,
        Duration.ofDays(1),
        "",
        Set.of(),
        Set.of());
  }

  /** Returns these requirements with other resources reserved for the job. */
  public Requirements withResources(int cpuMillicores, long memoryBytes, long storageBytes) {
    Draft draft = new Draft(this);
    draft.cpuMillicoresMin = cpuMillicores;
    draft.memoryBytesMin = memoryBytes;
    draft.storageBytesMin = storageBytes;
    return draft.build();
  }

  /** Returns these requirements with graphics processors. */
  public Requirements withGpusMin(int count) {
    Draft draft = new Draft(this);
    draft.gpusMin = count;
    return draft.build();
  }

  /** Returns these requirements with one architecture. */
  public Requirements withArchitecture(String only) {
    Draft draft = new Draft(this);
    draft.architecture = only;
    return draft.build();
  }

  /** Returns these requirements with price and budget in another unit of account. */
  public Requirements withUnit(String name) {
    Draft draft = new Draft(this);
    draft.unit = name;
    return draft.build();
  }

  /** Returns these requirements with a bound on the price of a cpu-second. */
  public Requirements withPerCpuSecondMax(Amount max) {
    Draft draft = new Draft(this);
    draft.perCpuSecondMax = max;
    return draft.build();
  }

  /** Returns these requirements with a bound on what the job may cost. */
  public Requirements withBudget(Amount max) {
    Draft draft = new Draft(this);
    draft.budget = max;
    return draft.build();
  }

  /** Returns these requirements with a bound on the expected wait. */
  public Requirements withStartDelayMax(Duration max) {
    Draft draft = new Draft(this);
    draft.startDelayMax = max;
    return draft.build();
  }

  /** Returns these requirements with one region. */
  public Requirements withRegion(String only) {
    Draft draft = new Draft(this);
    draft.region = only;
    return draft.build();
  }

  /** Returns these requirements with no other providers than these; empty for any. */
  public Requirements withWanted(Collection<PeerId> only) {
    Draft draft = new Draft(this);
    draft.wanted = new TreeSet<>(only);
    return draft.build();
  }

  /** Returns these requirements with these providers left out. */
  public Requirements withExcluded(Collection<PeerId> providers) {
    Draft draft = new Draft(this);
    draft.excluded = new TreeSet<>(providers);
    return draft.build();
  }

  /** Returns the bounds that {@code offer} fails, in the order of {@link Bound}. */
  public List<Bound> failedBounds(Offer offer) {
    List<Bound> failed = new ArrayList<>();
    for (Bound bound : Bound.values()) {
      if (!bound.holds(this, offer)) {
        failed.add(bound);
      }
    }
    return failed;
  }

  /** Returns whether {@code offer} fails no bound. */
  public boolean matches(Offer offer) {
    return failedBounds(offer).isEmpty();
  }

  /** The components, so that one of them can be changed by its name. */
  private static final class Draft {
    private final String runtime;
    private int cpuMillicoresMin;
    private long memoryBytesMin;
    private long storageBytesMin;
    private int gpusMin;
    private String architecture;
    private String unit;
    private Amount perCpuSecondMax;
    private Amount budget;
    private Duration startDelayMax;
    private String region;
    private Set<PeerId> wanted;
    private Set<PeerId> excluded;

    Draft(Requirements from) {
      runtime = from.runtime;
      cpuMillicoresMin = from.cpuMillicoresMin;
      memoryBytesMin = from.memoryBytesMin;
      storageBytesMin = from.storageBytesMin;
      gpusMin = from.gpusMin;
      architecture = from.architecture;
      unit = from.unit;
      perCpuSecondMax = from.perCpuSecondMax;
      budget = from.budget;
      startDelayMax = from.startDelayMax;
      region = from.region;
      wanted = from.wanted;
      excluded = from.excluded;
    }

    Requirements build() {
      return new Requirements(
          runtime,
          cpuMillicoresMin,
          memoryBytesMin,
          storageBytesMin,
          gpusMin,
          architecture,
          unit,
          perCpuSecondMax,
          budget,
          startDelayMax,
          region,
          wanted,
          excluded);
    }
  }
}
