package io.surgemesh.job;

import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Loop;
import io.surgemesh.machine.Timer;
import io.surgemesh.market.Ranking;
import io.surgemesh.market.Requirements;
import io.surgemesh.market.SignedOffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Buys: places each submitted job at the best matching provider that has room, and again elsewhere
 * when a provider fails.
 *
 * <p>{@link #submit} and {@link #close} may be called from any thread. A provider is never asked
 * for more than its offer has, all of this requestor's jobs counted; jobs that find no room wait in
 * the order in which they came, until their deadlines.
 */
public final class JobRequestor {
  private static final long REFRESH_NANOS = 200_000_000L;
  private static final long ANSWER_NANOS = 5_000_000_000L;
  private static final long LOOK_AGAIN_NANOS = 500_000_000L;

  private final JobEnvironment environment;
  private final JobConfig config;
  private final OfferSource offerSource;
  private final Executor userExecutor;
  private final SpoolStore spools;
  private final Loop loop;
  private final ProviderBook book = new ProviderBook();
  private final Matchmaker matchmaker;
  private final Set<SubmittedJob> jobs = new LinkedHashSet<>();
  private final Set<SubmittedJob> seeking = new LinkedHashSet<>();
  private @Nullable Timer lookAgain;
  private boolean matchingSoon;
  private long staleNanos;
  private boolean closed;

  /**
   * Creates a requestor without jobs.
   *
   * @param userExecutor runs listeners and completes futures; in a simulation the node's loop
   * @param spools where outputs wait until results are closed
   */
  public JobRequestor(
      JobEnvironment environment,
      JobConfig config,
      OfferSource offerSource,
      Executor userExecutor,
      SpoolStore spools) {
    this.environment = environment;
    this.config = config;
    this.offerSource = offerSource;
    this.userExecutor = userExecutor;
    this.spools = spools;
    this.loop = environment.host().loop();
    this.matchmaker =
        new Matchmaker(
            environment.host().peerId(), new Ranking(config.ranking(), environment.random()), book);
    environment.host().addGuard(this::isProvider);
  }

  // Asked of each connection whenever a host has too many, and nearly always there is no job.
  private boolean isProvider(PeerId peer) {
    for (SubmittedJob job : jobs) {
      if (job.isPlacedAt(peer)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Submits a job; from any thread.
   *
   * @return completes on the user's executor with the checked output and the settled receipt, or
   *     with {@code MeshException}: {@code NoOffers}, {@code Refused}, {@code JobFailed} or {@code
   *     Closed}; cancelling it cancels the job. With {@code submissionsMax} jobs under way it fails
   *     at once
   */
  public CompletableFuture<JobResult> submit(JobSpec spec, JobListener listener) {
    CompletableFuture<JobResult> result = new CompletableFuture<>();
    loop.execute(() -> start(spec, listener, result));
    return result;
  }

  private void start(JobSpec spec, JobListener listener, CompletableFuture<JobResult> result) {
    SerialExecutor user = new SerialExecutor(userExecutor);
    if (closed) {
      user.execute(() -> result.completeExceptionally(new MeshException.Closed()));
      return;
    }
    if (jobs.size() >= config.requestor().submissionsMax()) {
      MeshException full =
          new MeshException.JobFailed(
              MeshException.JobFailed.Reason.CANCELLED,
              jobs.size() + " jobs are submitted already");
      user.execute(() -> result.completeExceptionally(full));
      return;
    }
    Submission machine =
        new Submission(
            config.requestor(), environment.meshName(), environment.host().peerId(), plan(spec));
    SubmittedJob job = new SubmittedJob(this, loop, machine, spec, listener, result, user);
    jobs.add(job);
    CompletableFuture<JobResult> unused =
        result.whenComplete(
            (value, failure) -> {
              if (result.isCancelled()) {
                loop.execute(() -> job.stop(cancelled()));
              }
            });
    job.start();
  }

  private static JobPlan plan(JobSpec spec) {
    return new JobPlan(
        spec.arguments(),
        spec.input().bytes(),
        spec.requirements(),
        spec.outputBytesMax(),
        spec.runTimeMax(),
        spec.deadline(),
        spec.placementsMax(),
        spec.repeatable());
  }

  private static MeshException cancelled() {
    return new MeshException.JobFailed(MeshException.JobFailed.Reason.CANCELLED, "");
  }

  /** Tells that other offers may be live now; from any thread. Without it they are found later. */
  public void onOffersChanged() {
    loop.execute(
        () -> {
          staleNanos = loop.nowNanos();
          matchSoon();
        });
  }

  /** Cancels every job, whose futures complete with {@code Closed}; from any thread. */
  public void close() {
    loop.execute(
        () -> {
          closed = true;
          new ArrayList<>(jobs).forEach(job -> job.stop(new MeshException.Closed()));
        });
  }

  /** The job needs a provider. */
  void seek(SubmittedJob job) {
    seeking.add(job);
    matchSoon();
  }

  Placement place(Proposal proposal, JobInput input, Placement.Listener listener) {
    Placement placement = new Placement(environment, config, proposal, input, spools, listener);
    placement.start();
    return placement;
  }

  /** A placement is over: what it took at the provider is free again. */
  void release(Proposal proposal, JobSpec spec, Consumer<ProviderBook> lesson) {
    lesson.accept(book);
    book.give(proposal.provider(), spec.requirements());
    matchSoon();
  }

  void onEnded(SubmittedJob job) {
    jobs.remove(job);
    seeking.remove(job);
  }

  /** Matches once for all that happens on the loop now. */
  private void matchSoon() {
    if (!matchingSoon && !seeking.isEmpty()) {
      matchingSoon = true;
      loop.execute(this::refresh);
    }
  }

  private void refresh() {
    matchingSoon = false;
    if (loop.nowNanos() < staleNanos) {
      matchAll();
      return;
    }
    // A source that never answers is asked again.
    staleNanos = loop.nowNanos() + ANSWER_NANOS;
    offerSource.offers(this::onOffers);
  }

  private void onOffers(List<SignedOffer> offers) {
    staleNanos = loop.nowNanos() + REFRESH_NANOS;
    matchmaker.setOffers(offers, environment.wallClock().instant());
    matchAll();
  }

  private void matchAll() {
    // What found no room for one job has none for the next of its kind either.
    Set<Requirements> full = new LinkedHashSet<>();
    for (SubmittedJob job : new ArrayList<>(seeking)) {
      Submission machine = job.machine();
      boolean plain = machine.leavesNobodyOut();
      if (machine.isSeeking() && !(plain && full.contains(machine.requirements()))) {
        Matchmaker.Match match = matchmaker.match(machine, loop.nowNanos());
        if (match.offer() == null && match.isBusy() && plain) {
          full.add(machine.requirements());
        }
        tell(job, match);
      } else if (machine.isSeeking()) {
        job.busy();
      }
    }
    rearm();
  }

  private void tell(SubmittedJob job, Matchmaker.Match match) {
    SignedOffer offer = match.offer();
    if (offer != null) {
      seeking.remove(job);
      environment
          .host()
          .peerstore()
          .addAddresses(offer.offer().provider(), offer.offer().addresses());
      book.take(offer.offer().provider(), job.machine().requirements());
      job.offer(offer);
    } else if (match.isBusy()) {
      job.busy();
    } else {
      job.noMatch(matchmaker.explain(job.machine().requirements()));
    }
  }

  private void rearm() {
    if (lookAgain != null) {
      lookAgain.cancel();
      lookAgain = null;
    }
    if (!seeking.isEmpty()) {
      long nowNanos = loop.nowNanos();
      long nanos = Math.min(nowNanos + LOOK_AGAIN_NANOS, book.retryNanos(nowNanos));
      lookAgain = loop.arm(nanos, this::matchSoon);
    }
  }
}
