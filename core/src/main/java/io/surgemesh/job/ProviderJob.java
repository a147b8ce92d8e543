package io.surgemesh.job;

import io.surgemesh.host.FrameChannel;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Loop;
import io.surgemesh.machine.MachineDriver;
import io.surgemesh.market.Claim;
import io.surgemesh.market.SettledReceipt;
import io.surgemesh.market.SignedAgreement;
import io.surgemesh.market.Task;
import io.surgemesh.multiformats.Bytes;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Performs what one {@link ProviderNegotiation} wants done: its control stream, its bulk streams,
 * signatures, the ledger and the handler. Confined to the mesh loop.
 */
final class ProviderJob implements ControlStream.Reader {
  private static final Logger LOG = LoggerFactory.getLogger(ProviderJob.class);

  private final JobProvider hub;
  private final JobEnvironment environment;
  private final Loop loop;
  private final PeerId requestor;
  private final ControlStream control;
  private final MachineDriver<ProviderNegotiation, ProviderOutput> driver;
  private @Nullable Bytes agreementId;
  private @Nullable SignedAgreement signed;
  private @Nullable InboundData inputStream;
  private @Nullable InboundData outputStream;
  private @Nullable Spooled input;
  private @Nullable Spooled output;
  private @Nullable HandlerRun run;
  private long inputBytes;
  private boolean delivered;
  private boolean over;

  ProviderJob(
      JobProvider hub, JobEnvironment environment, PeerId requestor, ProviderNegotiation machine) {
    this.hub = hub;
    this.environment = environment;
    this.loop = environment.host().loop();
    this.requestor = requestor;
    this.control = new ControlStream(loop, this);
    this.driver = new MachineDriver<>(loop, machine, this::perform, this::onBug);
  }

  FrameChannel<byte[]> channel() {
    return control.channel();
  }

  PeerId requestor() {
    return requestor;
  }

  /** Returns the agreement under which this job was registered; null before. */
  @Nullable Bytes agreementId() {
    return agreementId;
  }

  void start() {
    driver.input(ProviderNegotiation::start);
  }

  /** Refuses without looking further. */
  void turnAway(Refusal reason) {
    over = true;
    driver.stop();
    control.send(1, new Control.Refuse(List.of(reason), ""));
    control.end();
  }

  void close() {
    driver.input(ProviderNegotiation::onClose);
  }

  @Override
  public void onControl(long number, Control frame) {
    driver.input((machine, now) -> machine.onFrame(number, frame, now));
  }

  @Override
  public void onMalformed() {
    driver.input(ProviderNegotiation::onMalformed);
  }

  @Override
  public void onBroken() {
    driver.input(ProviderNegotiation::onBroken);
  }

  /** A bulk stream of this job has come. */
  void onData(DataHead head, InboundData stream) {
    SignedAgreement agreed = signed;
    boolean second = head.isInput() ? inputStream != null : outputStream != null;
    if (agreed == null || over || second) {
      stream.reject();
    } else if (head.isInput()) {
      inputStream = stream;
      stream.take(hub.spools(), inputBytes, new InputSink());
    } else {
      outputStream = stream;
      deliver();
    }
  }

  private void perform(ProviderOutput wanted) {
    if (wanted instanceof ProviderOutput.Send send) {
      control.send(send.number(), send.control());
    } else if (wanted instanceof ProviderOutput.Assess assess) {
      Assessment assessment = hub.assess(requestor, assess.ask());
      driver.input((machine, now) -> machine.onAssessed(assessment, now));
    } else if (wanted instanceof ProviderOutput.VerifyAccept verify) {
      verifyAccept(verify);
    } else if (wanted instanceof ProviderOutput.Sign sign) {
      loop.offload(
          () -> sign.agreement().sign(environment.keyPair(), environment.signatures()),
          this::onSigned);
    } else if (wanted instanceof ProviderOutput.Receive receive) {
      signed = receive.signed();
      inputBytes = receive.task().inputBytes();
      hub.onBound(this);
    } else if (wanted instanceof ProviderOutput.Run start) {
      run(start.signed(), start.task());
    } else if (wanted instanceof ProviderOutput.Deliver) {
      delivered = true;
      deliver();
    } else if (wanted instanceof ProviderOutput.MakeClaim make) {
      makeClaim(make);
    } else if (wanted instanceof ProviderOutput.VerifyAck verify) {
      verifyAck(verify.settled());
    } else if (wanted instanceof ProviderOutput.Persist persist) {
      persist(persist.settled());
    } else if (wanted instanceof ProviderOutput.Ended ended) {
      onEnded(ended);
    } else {
      throw new AssertionError(wanted);
    }
  }

  private void verifyAccept(ProviderOutput.VerifyAccept verify) {
    if (!hub.register(verify.agreement().id(), this)) {
      driver.input((machine, now) -> machine.onAcceptVerified(false, now));
      return;
    }
    agreementId = verify.agreement().id();
    loop.offload(
        () -> verify.agreement().verifyRequestor(environment.signatures(), verify.signature()),
        (holds, failure) ->
            driver.input(
                (machine, now) -> machine.onAcceptVerified(Boolean.TRUE.equals(holds), now)));
  }

  private void onSigned(@Nullable Bytes signature, @Nullable Throwable failure) {
    if (signature == null) {
      driver.input(ProviderNegotiation::onClose);
    } else {
      driver.input((machine, now) -> machine.onSigned(signature, now));
    }
  }

  private void makeClaim(ProviderOutput.MakeClaim make) {
    loop.offload(
        () ->
            new Claim(
                make.signed(),
                make.receipt(),
                make.receipt().sign(environment.keyPair(), environment.signatures())),
        (claim, failure) -> {
          if (claim == null) {
            onClaimed(null);
          } else {
            CompletableFuture<Void> unused =
                environment
                    .ledger()
                    .append(claim)
                    .whenComplete((none, failed) -> onClaimed(failed == null ? claim : null));
          }
        });
  }

  private void onClaimed(@Nullable Claim claim) {
    driver.input((machine, now) -> machine.onClaimed(claim, now));
  }

  private void verifyAck(SettledReceipt settled) {
    loop.offload(
        () ->
            settled
                .receipt()
                .verify(requestor, environment.signatures(), settled.requestorSignature()),
        (holds, failure) ->
            driver.input((machine, now) -> machine.onAckVerified(Boolean.TRUE.equals(holds), now)));
  }

  private void persist(SettledReceipt settled) {
    CompletableFuture<Void> unused =
        environment.ledger().append(settled).whenComplete(this::onPersisted);
  }

  private void onPersisted(@Nullable Void none, @Nullable Throwable failure) {
    driver.input((machine, now) -> machine.onPersisted(failure == null, now));
  }

  private void run(SignedAgreement agreed, Task task) {
    Spooled whole = input;
    JobHandler handler = hub.handler(task.runtime());
    if (whole == null || handler == null) {
      driver.input((machine, now) -> machine.onRunFailed(CancelCause.JOB_FAILED, now));
      return;
    }
    SpoolWriter writer = new SpoolWriter(hub.spools(), agreed.agreement().terms().outputBytesMax());
    HandlerRun started =
        new HandlerRun(
            agreed.agreement().id(),
            requestor,
            task,
            whole,
            writer,
            permille -> loop.execute(this::onProgress));
    run = started;
    HandlerCall call =
        new HandlerCall(
            handler,
            started,
            writer,
            hub.cpuClock(),
            outcome -> loop.execute(() -> onReturned(outcome)));
    try {
      hub.userExecutor().execute(call);
    } catch (RuntimeException rejected) {
      onReturned(new HandlerCall.Outcome(null, CancelCause.JOB_FAILED, rejected, 0));
    }
  }

  private void onProgress() {
    HandlerRun present = run;
    if (present != null) {
      int permille = present.progressTaken();
      driver.input((machine, now) -> machine.onProgress(permille, now));
    }
  }

  private void onReturned(HandlerCall.Outcome outcome) {
    Spooled made = outcome.output();
    output = made;
    run = null;
    if (outcome.failure() != null) {
      LOG.warn("Job {} of {} failed here", agreementId, requestor, outcome.failure());
    }
    if (made == null) {
      driver.input((machine, now) -> machine.onRunFailed(outcome.cause(), now));
    } else {
      driver.input(
          (machine, now) ->
              machine.onRunFinished(made.bytes(), made.sha256(), outcome.cpuNanos(), now));
    }
    finishIfDone();
  }

  private void deliver() {
    if (delivered && outputStream != null && output != null) {
      outputStream.give(
          output.spool(),
          () -> loop.execute(() -> driver.input(ProviderNegotiation::onDeliveryFailed)));
    }
  }

  private void onEnded(ProviderOutput.Ended ended) {
    over = true;
    if (ended.cause() == CancelCause.PROTOCOL) {
      LOG.debug("Peer {} broke the job protocol", requestor);
    }
    control.end();
    if (run != null) {
      run.cancel();
    }
    boolean settled = ended.state() == JobState.SETTLED;
    if (inputStream != null && !settled) {
      inputStream.reject();
    }
    if (outputStream != null && !settled) {
      outputStream.reject();
    }
    // The machine is asked once it has taken this output's input to its end.
    loop.execute(this::finishIfDone);
  }

  private void finishIfDone() {
    if (over && driver.machine().isDone()) {
      close(input);
      close(output);
      input = null;
      output = null;
      hub.onDone(this);
    }
  }

  private void close(@Nullable Spooled spooled) {
    if (spooled != null) {
      loop.offload(
          () -> {
            spooled.spool().close();
            return true;
          },
          (done, failure) -> {});
    }
  }

  private void onBug(RuntimeException bug) {
    LOG.error("Job of {} ended by a bug", requestor, bug);
    over = true;
    driver.machine().release();
    control.channel().reset();
    hub.onDone(this);
  }

  /** Where the input goes; told on the connection's loop. */
  private final class InputSink implements BulkReceiver.Sink {
    @Override
    public void onBytes(long bytes) {
      loop.execute(() -> driver.input((machine, now) -> machine.onInputBytes(bytes, now)));
    }

    @Override
    public void onEnd(Spooled whole) {
      loop.execute(
          () -> {
            if (over) {
              close(whole);
              return;
            }
            input = whole;
            driver.input(
                (machine, now) -> machine.onInputReceived(whole.bytes(), whole.sha256(), now));
          });
    }

    @Override
    public void onFailed(CancelCause cause) {
      loop.execute(() -> driver.input((machine, now) -> machine.onInputFailed(cause, now)));
    }
  }
}
