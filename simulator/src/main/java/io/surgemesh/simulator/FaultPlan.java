package io.surgemesh.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What goes wrong in a simulation, and when. Immutable.
 *
 * <p>A plan reads back from its {@code toString()}, which holds no character that a shell reads
 * otherwise: {@code crash@12.5s:3:torn:8s,split@20s:0.1.2:3.4:both:10s}.
 */
public final class FaultPlan {
  /** The most faults of one plan. */
  public static final int FAULTS_MAX = 10_000;

  private static final FaultPlan NONE = new FaultPlan(List.of());
  private static final String NONE_TEXT = "none";

  private final List<Fault> faults;

  private FaultPlan(List<Fault> faults) {
    if (faults.size() > FAULTS_MAX) {
      throw new IllegalArgumentException("more than " + FAULTS_MAX + " faults: " + faults.size());
    }
    this.faults = faults.stream().sorted(Comparator.comparing(Fault::at)).toList();
  }

  /** Returns the plan in which nothing goes wrong. */
  public static FaultPlan none() {
    return NONE;
  }

  /**
   * Returns a plan of these faults, in the order of their beginnings.
   *
   * @throws IllegalArgumentException when there are more than {@value #FAULTS_MAX}
   */
  public static FaultPlan of(List<Fault> faults) {
    return new FaultPlan(faults);
  }

  /**
   * Draws a plan whose faults are all over at the end of {@code duration}.
   *
   * @param seed decides every fault
   * @param peers how many peers there are, 2 or more
   * @param duration in which they happen; a second or more
   * @param mix how often what happens
   * @throws IllegalArgumentException when a number is out of range
   */
  public static FaultPlan drawn(long seed, int peers, Duration duration, FaultMix mix) {
    return new FaultPlan(new FaultDraw(seed, peers, duration).draw(mix));
  }

  /**
   * Reads a plan back from its text.
   *
   * @throws IllegalArgumentException naming what is no fault
   */
  public static FaultPlan parse(String text) {
    List<Fault> faults = new ArrayList<>();
    if (!text.isBlank() && !text.trim().equals(NONE_TEXT)) {
      for (String fault : text.trim().split(",", -1)) {
        faults.add(FaultText.parse(fault.trim()));
      }
    }
    return new FaultPlan(faults);
  }

  /** Returns the faults in the order of their beginnings; unmodifiable. */
  public List<Fault> faults() {
    return faults;
  }

  /** Returns how many faults there are. */
  public int size() {
    return faults.size();
  }

  /** Returns when the last fault is over; zero when there is none. */
  public Duration end() {
    return faults.stream().map(Fault::end).max(Comparator.naturalOrder()).orElse(Duration.ZERO);
  }

  /**
   * Has these faults happen to the peers of a mesh, each at its time from now on.
   *
   * <p>Call between runs. A fault of a peer that the mesh does not have fails the run. What is set
   * when faults begin, such as loss, counts where it is worse than they are, and is set again when
   * the last of them is over, whatever else it was set to meanwhile.
   *
   * @param listener told of each as it comes and goes
   */
  public void schedule(SimulatedMesh mesh, FaultListener listener) {
    mesh.faults().schedule(this, listener);
  }

  /** Returns this plan without the fault of that index. */
  public FaultPlan without(int index) {
    List<Fault> rest = new ArrayList<>(faults);
    rest.remove(index);
    return new FaultPlan(rest);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FaultPlan plan && faults.equals(plan.faults);
  }

  @Override
  public int hashCode() {
    return faults.hashCode();
  }

  @Override
  public String toString() {
    return faults.isEmpty()
        ? NONE_TEXT
        : faults.stream().map(Fault::toString).collect(Collectors.joining(","));
  }
}
