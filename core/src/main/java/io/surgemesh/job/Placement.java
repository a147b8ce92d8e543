package io.surgemesh.job;

import io.surgemesh.host.Connection;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Loop;
import io.surgemesh.machine.MachineDriver;
import io.surgemesh.market.Claim;
import io.surgemesh.market.SettledReceipt;
import io.surgemesh.market.SignedAgreement;
import io.surgemesh.multiformats.Bytes;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Performs what one {@link RequestorNegotiation} wants done: its control stream, its bulk streams,
 * signatures and the ledger. Confined to the mesh loop.
 */
final class Placement implements ControlStream.Reader {
  private static final Logger LOG = LoggerFactory.getLogger(Placement.class);

  /** A Cancel that explains a broken bulk stream comes on another stream, maybe a little later. */
  private static final long EXPLANATION_NANOS = 1_000_000_000L;

  /** Told on the mesh loop; one of the last three comes once, and nothing after it. */
  interface Listener {
    void onPlaced(long agreementNanos);

    void onProgressed(int permille);

    /** The listener owns the output's spool from now on. */
    void onSettled(RequestorOutput.Settled settled, Spooled output);

    void onRefused(RequestorOutput.Refused refused);

    void onFailed(RequestorOutput.Failed failed);
  }

  private final JobEnvironment environment;
  private final Loop loop;
  private final Proposal proposal;
  private final JobInput input;
  private final SpoolStore spools;
  private final Listener listener;
  private final ControlStream control;
  private final MachineDriver<RequestorNegotiation, RequestorOutput> driver;
  private @Nullable OutboundInput inputStream;
  private @Nullable OutboundOutput outputStream;
  private @Nullable Connection connection;
  private @Nullable Spooled output;
  private boolean opened;
  private boolean over;

  Placement(
      JobEnvironment environment,
      JobConfig config,
      Proposal proposal,
      JobInput input,
      SpoolStore spools,
      Listener listener) {
    this.environment = environment;
    this.loop = environment.host().loop();
    this.proposal = proposal;
    this.input = input;
    this.spools = spools;
    this.listener = listener;
    this.control = new ControlStream(loop, this);
    this.driver =
        new MachineDriver<>(
            loop,
            new RequestorNegotiation(config, proposal, environment.random()),
            this::perform,
            this::onBug);
  }

  PeerId provider() {
    return proposal.provider();
  }

  void start() {
    driver.input(RequestorNegotiation::start);
    CompletableFuture<Stream> unused =
        environment
            .host()
            .open(proposal.provider(), JobProtocols.control(proposal.meshName()), control.channel())
            .whenComplete((stream, failure) -> loop.execute(() -> onOpened(stream)));
  }

  void cancel() {
    driver.input(RequestorNegotiation::onCancel);
  }

  private void onOpened(@Nullable Stream stream) {
    if (stream == null) {
      driver.input(RequestorNegotiation::onBroken);
    } else if (over) {
      stream.reset();
    } else {
      opened = true;
      control.channel().bind(stream);
      connection = stream.connection();
      driver.input(RequestorNegotiation::onOpened);
    }
  }

  @Override
  public void onControl(long number, Control frame) {
    driver.input((machine, now) -> machine.onFrame(number, frame, now));
  }

  @Override
  public void onMalformed() {
    driver.input(RequestorNegotiation::onMalformed);
  }

  @Override
  public void onBroken() {
    driver.input(RequestorNegotiation::onBroken);
  }

  private void perform(RequestorOutput wanted) {
    if (wanted instanceof RequestorOutput.Send send) {
      control.send(send.number(), send.control());
    } else if (wanted instanceof RequestorOutput.Sign sign) {
      loop.offload(
          () -> sign.agreement().sign(environment.keyPair(), environment.signatures()),
          this::onSigned);
    } else if (wanted instanceof RequestorOutput.VerifyCommit verify) {
      verifyCommit(verify.signed());
    } else if (wanted instanceof RequestorOutput.Placed placed) {
      transfer(placed.signed());
      listener.onPlaced(placed.agreementNanos());
    } else if (wanted instanceof RequestorOutput.Progressed progressed) {
      listener.onProgressed(progressed.permille());
    } else if (wanted instanceof RequestorOutput.VerifyClaim verify) {
      verifyClaim(verify.claim());
    } else if (wanted instanceof RequestorOutput.Settle settle) {
      settle(settle.claim());
    } else if (wanted instanceof RequestorOutput.Settled settled) {
      onSettled(settled);
    } else if (wanted instanceof RequestorOutput.Refused refused) {
      end();
      listener.onRefused(refused);
    } else if (wanted instanceof RequestorOutput.Failed failed) {
      end();
      listener.onFailed(failed);
    } else {
      throw new AssertionError(wanted);
    }
  }

  private void onSigned(@Nullable Bytes signature, @Nullable Throwable failure) {
    if (signature == null) {
      driver.input(RequestorNegotiation::onCancel);
    } else {
      driver.input((machine, now) -> machine.onSigned(signature, now));
    }
  }

  private void verifyCommit(SignedAgreement signed) {
    loop.offload(
        () ->
            signed.agreement().verifyProvider(environment.signatures(), signed.providerSignature()),
        (holds, failure) ->
            driver.input(
                (machine, now) -> machine.onCommitVerified(Boolean.TRUE.equals(holds), now)));
  }

  private void verifyClaim(Claim claim) {
    loop.offload(
        () ->
            claim
                .receipt()
                .verify(proposal.provider(), environment.signatures(), claim.providerSignature()),
        (holds, failure) ->
            driver.input(
                (machine, now) -> machine.onClaimVerified(Boolean.TRUE.equals(holds), now)));
  }

  private void settle(Claim claim) {
    loop.offload(
        () -> claim.settle(claim.receipt().sign(environment.keyPair(), environment.signatures())),
        (settled, failure) -> {
          if (settled == null) {
            onSettled((SettledReceipt) null);
          } else {
            CompletableFuture<Void> unused =
                environment
                    .ledger()
                    .append(settled)
                    .whenComplete((none, failed) -> onSettled(failed == null ? settled : null));
          }
        });
  }

  private void onSettled(@Nullable SettledReceipt settled) {
    driver.input((machine, now) -> machine.onSettled(settled, now));
  }

  private void onSettled(RequestorOutput.Settled settled) {
    Spooled whole = output;
    output = null;
    end();
    if (whole == null) {
      throw new AssertionError("settled without an output");
    }
    listener.onSettled(settled, whole);
  }

  private void transfer(SignedAgreement signed) {
    Connection present = connection;
    if (present == null) {
      throw new AssertionError("an agreement without a connection");
    }
    Bytes id = signed.agreement().id();
    OutboundInput sending =
        new OutboundInput(new DataHead(id, true), input, this::onTransferFailed);
    OutboundOutput taking =
        new OutboundOutput(
            new DataHead(id, false),
            spools,
            signed.agreement().terms().outputBytesMax(),
            new OutputSink());
    inputStream = sending;
    outputStream = taking;
    open(present, sending, sending::onOpened);
    open(present, taking, taking::onOpened);
  }

  private void open(Connection present, StreamListener bulk, Consumer<Stream> onBulkOpened) {
    CompletableFuture<Stream> unused =
        present
            .open(JobProtocols.data(proposal.meshName()), bulk)
            .whenComplete(
                (stream, failure) ->
                    present
                        .loop()
                        .execute(
                            () -> {
                              if (stream == null) {
                                onTransferFailed(CancelCause.BROKEN);
                              } else {
                                onBulkOpened.accept(stream);
                              }
                            }));
  }

  /** From the connection's loop. */
  private void onTransferFailed(CancelCause cause) {
    loop.execute(
        () -> {
          if (cause != CancelCause.BROKEN) {
            driver.input((machine, now) -> machine.onTransferFailed(cause, now));
          } else if (!over) {
            loop.arm(
                loop.nowNanos() + EXPLANATION_NANOS,
                () -> driver.input((machine, now) -> machine.onTransferFailed(cause, now)));
          }
        });
  }

  private void end() {
    over = true;
    if (opened) {
      control.end();
    }
    Connection present = connection;
    OutboundInput sending = inputStream;
    OutboundOutput taking = outputStream;
    if (present != null && sending != null && taking != null) {
      present
          .loop()
          .execute(
              () -> {
                sending.abandon();
                taking.abandon();
              });
    }
    discard(output);
    output = null;
  }

  private void discard(@Nullable Spooled spooled) {
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
    LOG.error("Placement at {} ended by a bug", proposal.provider(), bug);
    if (!over) {
      end();
      listener.onFailed(new RequestorOutput.Failed(JobState.FAILED, CancelCause.UNKNOWN, "", true));
    }
  }

  /** Where the output goes; told on the connection's loop. */
  private final class OutputSink implements BulkReceiver.Sink {
    @Override
    public void onBytes(long bytes) {
      // The provider tells its progress on the control stream.
    }

    @Override
    public void onEnd(Spooled whole) {
      loop.execute(
          () -> {
            if (over) {
              discard(whole);
              return;
            }
            output = whole;
            driver.input((machine, now) -> machine.onOutput(whole.bytes(), whole.sha256(), now));
          });
    }

    @Override
    public void onFailed(CancelCause cause) {
      onTransferFailed(cause);
    }
  }
}
