package io.surgemesh.job;

import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Loop;
import io.surgemesh.machine.MachineDriver;
import io.surgemesh.market.SignedOffer;
import io.surgemesh.multiformats.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Performs what one {@link Submission} wants done. Confined to the mesh loop. */
final class SubmittedJob implements Placement.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(SubmittedJob.class);
  private static final int PIECE_BYTES = 64 * 1024;

  private final JobRequestor hub;
  private final Loop loop;
  private final JobSpec spec;
  private final JobListener listener;
  private final CompletableFuture<JobResult> result;
  private final SerialExecutor user;
  private final MachineDriver<Submission, SubmissionOutput> driver;
  // What the user is still to be told of the present placement.
  private AtomicReference<SubmissionOutput.@Nullable TellProgress> progress =
      new AtomicReference<>();
  private @Nullable Placement placement;
  private @Nullable Proposal proposal;
  private @Nullable Spooled output;

  SubmittedJob(
      JobRequestor hub,
      Loop loop,
      Submission machine,
      JobSpec spec,
      JobListener listener,
      CompletableFuture<JobResult> result,
      SerialExecutor user) {
    this.hub = hub;
    this.loop = loop;
    this.spec = spec;
    this.listener = listener;
    this.result = result;
    this.user = user;
    this.driver = new MachineDriver<>(loop, machine, this::perform, this::onBug);
  }

  Submission machine() {
    return driver.machine();
  }

  /** Returns whether this peer works on the job, or is asked to. */
  boolean isPlacedAt(PeerId peer) {
    Placement present = placement;
    return present != null && present.provider().equals(peer);
  }

  void start() {
    driver.input(Submission::start);
  }

  void stop(MeshException why) {
    driver.input((machine, now) -> machine.onStop(why, now));
  }

  void offer(SignedOffer offer) {
    driver.input((machine, now) -> machine.onOffer(offer, now));
  }

  void busy() {
    driver.input(Submission::onBusy);
  }

  void noMatch(String why) {
    driver.input((machine, now) -> machine.onNoMatch(why, now));
  }

  private void perform(SubmissionOutput wanted) {
    if (wanted instanceof SubmissionOutput.Digest) {
      loop.offload(this::digest, (sha256, failure) -> onDigested(sha256));
    } else if (wanted instanceof SubmissionOutput.Seek) {
      hub.seek(this);
    } else if (wanted instanceof SubmissionOutput.Place place) {
      place(place.proposal());
    } else if (wanted instanceof SubmissionOutput.Abandon) {
      if (placement != null) {
        placement.cancel();
      }
    } else if (wanted instanceof SubmissionOutput.TellPlaced tell) {
      progress = new AtomicReference<>();
      user.execute(() -> listener.onPlaced(tell.provider(), tell.attempt()));
    } else if (wanted instanceof SubmissionOutput.TellProgress tell) {
      tellProgress(tell);
    } else if (wanted instanceof SubmissionOutput.TellReplaced tell) {
      user.execute(() -> listener.onReplaced(tell.provider(), tell.reason()));
    } else if (wanted instanceof SubmissionOutput.Done done) {
      onDone(done);
    } else if (wanted instanceof SubmissionOutput.Failed failed) {
      onFailed(failed.why());
    } else {
      throw new AssertionError(wanted);
    }
  }

  /** A listener slower than the provider tells misses what is outdated. */
  private void tellProgress(SubmissionOutput.TellProgress tell) {
    AtomicReference<SubmissionOutput.@Nullable TellProgress> latest = progress;
    if (latest.getAndSet(tell) == null) {
      user.execute(
          () -> {
            SubmissionOutput.TellProgress now = latest.getAndSet(null);
            if (now != null) {
              listener.onProgress(now.provider(), now.permille());
            }
          });
    }
  }

  /** Runs on a worker. */
  private Bytes digest() throws IOException {
    MessageDigest digest = SpoolWriter.sha256();
    byte[] piece = new byte[PIECE_BYTES];
    long remaining = spec.input().bytes();
    try (InputStream input = spec.input().open()) {
      while (remaining > 0) {
        int read = input.read(piece, 0, (int) Math.min(piece.length, remaining));
        if (read < 0) {
          throw new IOException("the input ends early");
        }
        digest.update(piece, 0, read);
        remaining -= read;
      }
    }
    return Bytes.of(digest.digest());
  }

  private void onDigested(@Nullable Bytes sha256) {
    driver.input((machine, now) -> machine.onDigested(sha256, now));
  }

  private void place(Proposal wanted) {
    proposal = wanted;
    placement = hub.place(wanted, spec.input(), this);
  }

  @Override
  public void onPlaced(long agreementNanos) {
    driver.input(Submission::onPlaced);
  }

  @Override
  public void onProgressed(int permille) {
    driver.input((machine, now) -> machine.onProgressed(permille, now));
  }

  @Override
  public void onSettled(RequestorOutput.Settled settled, Spooled whole) {
    output = whole;
    release(book -> book.onFinished(settled.settled().agreement().agreement().provider()));
    driver.input((machine, now) -> machine.onSettled(settled, now));
  }

  @Override
  public void onRefused(RequestorOutput.Refused refused) {
    Proposal refusedProposal = proposal;
    int retryAfterMillis =
        refused.reasons().stream().mapToInt(Refusal::retryAfterMillis).max().orElse(0);
    boolean passing = refused.reasons().stream().allMatch(reason -> reason.constraint().passing());
    release(
        book -> {
          if (passing && refusedProposal != null) {
            book.onRefused(refusedProposal.provider(), retryAfterMillis, loop.nowNanos());
          }
        });
    driver.input((machine, now) -> machine.onRefused(refused, now));
  }

  @Override
  public void onFailed(RequestorOutput.Failed failed) {
    Proposal failedProposal = proposal;
    boolean lost =
        switch (failed.cause()) {
          case SILENT, BROKEN, UNREACHABLE, OUT_OF_TIME, LATE_COMMIT -> true;
          default -> false;
        };
    release(
        book -> {
          if (lost && failedProposal != null) {
            book.onSilent(failedProposal.provider(), loop.nowNanos());
          }
        });
    driver.input((machine, now) -> machine.onFailed(failed, now));
  }

  private void release(java.util.function.Consumer<ProviderBook> lesson) {
    Proposal over = proposal;
    proposal = null;
    placement = null;
    if (over != null) {
      hub.release(over, spec, lesson);
    }
  }

  private void onDone(SubmissionOutput.Done done) {
    Spooled whole = output;
    output = null;
    hub.onEnded(this);
    if (whole == null) {
      throw new AssertionError("a result without an output");
    }
    SpooledResult finished = new SpooledResult(done.settled(), whole, done.placements());
    user.execute(
        () -> {
          if (!result.complete(finished)) {
            finished.close();
          }
        });
  }

  private void onFailed(MeshException why) {
    hub.onEnded(this);
    user.execute(() -> result.completeExceptionally(why));
  }

  private void onBug(RuntimeException bug) {
    LOG.error("A submitted job ended by a bug", bug);
    release(book -> {});
    hub.onEnded(this);
    user.execute(() -> result.completeExceptionally(bug));
  }
}
