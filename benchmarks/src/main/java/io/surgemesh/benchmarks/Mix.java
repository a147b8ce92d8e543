package io.surgemesh.benchmarks;

import io.surgemesh.identity.PeerId;
import io.surgemesh.job.JobInput;
import io.surgemesh.job.JobResult;
import io.surgemesh.job.JobRun;
import io.surgemesh.job.JobSpec;
import io.surgemesh.machine.Loop;
import io.surgemesh.market.Requirements;
import io.surgemesh.mesh.Offering;
import io.surgemesh.simulator.SimulatedMesh;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What the peers of a simulated mesh do for a while: look each other up, renew offers, buy jobs.
 *
 * <p>The seed decides who does what when. The work of each kind is spread evenly: the window is cut
 * into as many slots as there are pieces, and each falls on a random moment of its slot. What falls
 * to a peer that is down is left out.
 */
final class Mix {
  /** What the figures are about, in words. */
  static final String STATED =
      "per peer and virtual minute: 2 lookups of random peers (a connected one is known at once),"
          + " 0.1 offers renewed beside the renewals that are due (a tenth of the peers sell), 0.2"
          + " jobs of 256 bytes negotiated, run and settled with receipts; every "
          + Mix.PEERS_PER_CLASS
          + " peers sell and buy one class of offers and hear only that";

  /** How long after its beginning the last job may still be under way. */
  static final Duration JOB_DEADLINE = Duration.ofMinutes(1);

  private static final double LOOKUPS = 2;
  private static final double OFFERS = 0.1;
  private static final double JOBS = 0.2;

  private static final int PEERS_PER_PROVIDER = 10;
  static final int PEERS_PER_CLASS = 500;
  private static final int JOB_BYTES = 256;

  private final SimulatedMesh mesh;
  private final Loop clock;
  private final SplittableRandom random;
  private final Tally lookups = new Tally("lookups");
  private final Tally offers = new Tally("offers");
  private final Tally jobs = new Tally("jobs");

  /**
   * Prepares a mix; {@link #spread} schedules it.
   *
   * @param clock a loop of the mesh's virtual time that belongs to no peer
   */
  Mix(SimulatedMesh mesh, Loop clock, SplittableRandom random) {
    this.mesh = mesh;
    this.clock = clock;
    this.random = random;
  }

  /** Returns how many peers sell, those of the lowest indexes. */
  static int providers(int peers) {
    return Math.max(classes(peers), peers / PEERS_PER_PROVIDER);
  }

  private static int classes(int peers) {
    return Math.max(1, peers / PEERS_PER_CLASS);
  }

  /** Returns the class of offers that a peer sells or buys. */
  static String classOf(int peer, int peers) {
    return "class" + peer % classes(peers);
  }

  /** Returns the runtime that a peer sells or buys. */
  static String runtime(int peer, int peers) {
    return classOf(peer, peers) + ":reverse";
  }

  /** Returns what a peer sells. */
  static Offering offering(int peer, int peers) {
    return Offering.of(runtime(peer, peers), 16_000, 16L << 30, 10, Mix::reverse);
  }

  List<Tally> tallies() {
    return List.of(lookups, offers, jobs);
  }

  boolean isSettled() {
    return lookups.isSettled() && offers.isSettled() && jobs.isSettled();
  }

  /** Schedules the mix over the next {@code window} of virtual time. */
  void spread(Duration window) {
    spread(window, LOOKUPS, slot -> lookUp());
    spread(window, OFFERS, this::renewOffer);
    spread(window, JOBS, slot -> buyJob());
  }

  private void spread(Duration window, double perPeerMinute, IntConsumer work) {
    double minutes = window.toNanos() / 60e9;
    // At least one of each, so that a small run shows that all of it works.
    int count = (int) Math.max(1, Math.round(perPeerMinute * mesh.size() * minutes));
    new Slots(clock.nowNanos(), (double) window.toNanos() / count, count, random.split(), work)
        .armNext();
  }

  private void lookUp() {
    int from = random.nextInt(mesh.size());
    int to = (from + 1 + random.nextInt(mesh.size() - 1)) % mesh.size();
    if (!mesh.isUp(from) || !mesh.isUp(to)) {
      return;
    }
    PeerId wanted = mesh.peer(to).peerId();
    lookups.begin();
    CompletableFuture<?> unused =
        mesh.peer(from)
            .routing()
            .findPeer(wanted)
            .whenComplete(
                (found, failure) -> {
                  if (failure != null) {
                    lookups.fail(failure.toString());
                  } else if (found.filter(peer -> peer.peerId().equals(wanted)).isPresent()) {
                    lookups.done();
                  } else {
                    lookups.fail("not found");
                  }
                });
  }

  private void renewOffer(int slot) {
    int seller = slot % providers(mesh.size());
    if (!mesh.isUp(seller)) {
      return;
    }
    offers.begin();
    CompletableFuture<?> unused =
        mesh.peer(seller)
            .offer(offering(seller, mesh.size()))
            .whenComplete(
                (nothing, failure) -> {
                  if (failure == null) {
                    offers.done();
                  } else {
                    offers.fail(failure.toString());
                  }
                });
  }

  private void buyJob() {
    int providers = providers(mesh.size());
    int buyer = providers + random.nextInt(mesh.size() - providers);
    if (!mesh.isUp(buyer)) {
      return;
    }
    byte[] input = new byte[JOB_BYTES];
    random.nextBytes(input);
    JobSpec job =
        JobSpec.of(JobInput.of(input), Requirements.runtime(runtime(buyer, mesh.size())))
            .withOutputBytesMax(JOB_BYTES)
            .withDeadline(JOB_DEADLINE);
    jobs.begin();
    CompletableFuture<?> unused =
        mesh.peer(buyer)
            .submit(job)
            .whenComplete((finished, failure) -> onJobOver(input, finished, failure));
  }

  private void onJobOver(byte[] input, @Nullable JobResult finished, @Nullable Throwable failure) {
    if (finished == null) {
      jobs.fail(String.valueOf(failure));
      return;
    }
    try (finished;
        InputStream output = finished.openOutput()) {
      if (Arrays.equals(output.readAllBytes(), reversed(input))) {
        jobs.done();
      } else {
        jobs.fail("wrong output");
      }
    } catch (IOException unreadable) {
      jobs.fail(unreadable.toString());
    }
  }

  private static void reverse(JobRun run) throws IOException {
    try (InputStream input = run.input()) {
      run.output().write(reversed(input.readAllBytes()));
    }
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }

  /** Pieces of work of one kind, of which only the next is scheduled. */
  private final class Slots {
    private final long beginNanos;
    private final double slotNanos;
    private final int count;
    private final SplittableRandom moments;
    private final IntConsumer work;
    private int next;

    Slots(
        long beginNanos, double slotNanos, int count, SplittableRandom moments, IntConsumer work) {
      this.beginNanos = beginNanos;
      this.slotNanos = slotNanos;
      this.count = count;
      this.moments = moments;
      this.work = work;
    }

    void armNext() {
      if (next < count) {
        int slot = next++;
        long atNanos = beginNanos + (long) ((slot + moments.nextDouble()) * slotNanos);
        clock.arm(
            atNanos,
            () -> {
              work.accept(slot);
              armNext();
            });
      }
    }
  }
}
