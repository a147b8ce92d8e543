package io.surgemesh.vopr;

import io.surgemesh.identity.MeshException;
import io.surgemesh.job.JobInput;
import io.surgemesh.job.JobResult;
import io.surgemesh.job.JobSpec;
import io.surgemesh.market.Requirements;
import io.surgemesh.market.Task;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multihash;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What honest peers do in a run: buy, look each other up, offer anew, leave. */
final class Workload {
  /** The longest a job may take from submission to its end. */
  static final Duration DEADLINE_MAX = Duration.ofSeconds(45);

  private static final int SMALL_BYTES = 2_000;
  private static final int LARGE_BYTES = 400_000;
  private static final int PLACEMENTS_MAX = 5;
  private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(20);

  private final World world;
  private final History history;
  private final SplittableRandom random;
  private int jobs;
  private int lookups;

  Workload(World world, History history, SplittableRandom random) {
    this.world = world;
    this.history = history;
    this.random = random;
  }

  /** Schedules the work of a while. */
  void spread(Scenario scenario) {
    long spanNanos = scenario.trouble().toNanos();
    for (int i = 0; i < scenario.jobs(); i++) {
      at(random.nextLong(spanNanos), this::buyAnything);
    }
    for (int i = 0; i < scenario.lookups(); i++) {
      at(random.nextLong(spanNanos), this::lookUpAnyone);
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      at(random.nextLong(spanNanos), () -> withAnyone(Citizen::offer));
    }
    if (scenario.roles().size() > 8 && random.nextInt(3) == 0) {
      at(random.nextLong(spanNanos), () -> withAnyone(this::leave));
    }
  }

  private void at(long afterNanos, Runnable task) {
    world.clock().arm(world.clock().nowNanos() + afterNanos, task);
  }

  /** Does something with a peer that lives; nothing at a moment when none does. */
  private void withAnyone(Consumer<Citizen> task) {
    List<Citizen> alive = world.alive();
    if (!alive.isEmpty()) {
      task.accept(anyOf(alive));
    }
  }

  private Citizen anyOf(List<Citizen> citizens) {
    return citizens.get(random.nextInt(citizens.size()));
  }

  private void buyAnything() {
    List<Citizen> buyers = world.alive().stream().filter(Citizen::buys).toList();
    if (buyers.isEmpty()) {
      return;
    }
    int bytes = random.nextInt(random.nextInt(5) == 0 ? LARGE_BYTES : SMALL_BYTES);
    Work work =
        new Work(
            jobs++,
            100 * (1 + random.nextInt(20)),
            (64L << 20) * (1 + random.nextInt(20)),
            random.nextInt(4) == 0 ? random.nextInt(LARGE_BYTES) : random.nextInt(SMALL_BYTES),
            random.nextInt(20) == 0);
    Requirements need =
        Requirements.runtime(Work.RUNTIME).withResources(work.millicores(), work.memoryBytes(), 0);
    Duration deadline = Duration.ofMillis(5_000 + random.nextInt(40_000));
    Duration runTime = Duration.ofMillis(2_000 + random.nextInt(30_000));
    buy(anyOf(buyers), work, need, bytes, runTime, deadline, random.nextInt(5) > 0);
  }

  /** Buys the whole of a seller; returns the number of the job. */
  void buyAllOf(Citizen seller, Citizen buyer, Duration deadline) {
    int job = jobs++;
    history.add(new Happening.Probe(job, seller.index()));
    Work work = new Work(job, seller.millicores(), seller.memoryBytes(), SMALL_BYTES, false);
    Requirements need =
        Requirements.runtime(Work.RUNTIME)
            .withResources(work.millicores(), work.memoryBytes(), 0)
            .withWanted(List.of(seller.mesh().peerId()));
    buy(buyer, work, need, SMALL_BYTES, deadline, deadline, true);
  }

  private void buy(
      Citizen buyer,
      Work work,
      Requirements need,
      int bytes,
      Duration runTime,
      Duration deadline,
      boolean repeatable) {
    byte[] input = new byte[bytes];
    random.nextBytes(input);
    JobSpec spec =
        new JobSpec(
            work.arguments(),
            JobInput.of(input),
            need,
            work.outputBytes(),
            runTime,
            deadline,
            PLACEMENTS_MAX,
            repeatable);
    Bytes sha256 = Multihash.sha256(input).digest();
    Task task = Task.of(need.runtime(), spec.arguments(), bytes, sha256, repeatable);
    int life = buyer.life();
    history.add(new Happening.Submitted(work.job(), buyer.index(), life, task.hash()));
    CompletableFuture<JobResult> result = buyer.mesh().submit(spec);
    result.whenComplete(
        (done, failure) -> {
          if (buyer.isUp(life)) {
            history.add(ended(buyer, work, input, done, failure));
          }
        });
    if (deadline.compareTo(DEADLINE_MAX) <= 0 && random.nextInt(12) == 0) {
      at(random.nextLong(deadline.toNanos()), () -> result.cancel(true));
    }
  }

  private static Happening ended(
      Citizen buyer,
      Work work,
      byte[] input,
      @Nullable JobResult done,
      @Nullable Throwable failure) {
    Happening.Ending ending;
    String detail = "";
    Bytes agreementId = null;
    if (done != null) {
      agreementId = done.receipt().agreement().agreement().id();
      ending = isRight(done, work, input) ? Happening.Ending.DONE : Happening.Ending.WRONG_OUTPUT;
    } else {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      detail = String.valueOf(cause);
      if (cause instanceof MeshException) {
        ending = Happening.Ending.FAILED;
      } else if (cause instanceof java.util.concurrent.CancellationException) {
        ending = Happening.Ending.CANCELLED;
      } else {
        ending = Happening.Ending.UNTYPED;
      }
    }
    return new Happening.Ended(
        work.job(), buyer.index(), buyer.life(), ending, agreementId, detail);
  }

  private static boolean isRight(JobResult done, Work work, byte[] input) {
    try (done;
        InputStream output = done.openOutput()) {
      return work.isResult(output.readAllBytes(), input);
    } catch (IOException unreadable) {
      return false;
    }
  }

  private void lookUpAnyone() {
    withAnyone(
        from ->
            withAnyone(
                to -> {
                  if (from != to) {
                    lookUp(from, to);
                  }
                }));
  }

  void lookUp(Citizen from, Citizen to) {
    int number = lookups++;
    int life = from.life();
    history.add(new Happening.LookUp(number, from.index(), to.index()));
    from.mesh()
        .routing()
        .findPeer(to.mesh().peerId())
        .whenComplete(
            (found, failure) -> {
              if (from.isUp(life)) {
                boolean right =
                    failure == null
                        && found
                            .filter(
                                peer -> peer.addresses().containsAll(to.mesh().host().addresses()))
                            .isPresent();
                history.add(new Happening.LookedUp(number, right));
              }
            });
  }

  private void leave(Citizen citizen) {
    int life = citizen.life();
    citizen.onDraining();
    citizen
        .mesh()
        .drain(DRAIN_PATIENCE)
        .whenComplete(
            (nothing, failure) -> {
              if (citizen.isUp(life)) {
                citizen.leave();
              }
            });
  }
}
