package io.surgemesh.dht;

import io.surgemesh.host.Exchange;
import io.surgemesh.host.Host;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.MachineDriver.Input;
import io.surgemesh.mesh.MeshContext;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Performs what {@link Hints} puts out, on a host; all but {@link #serve} and {@link #unserve} on
 * its mesh loop.
 */
final class HintsDriver {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final MeshContext context;
  private final Host host;
  private final ProtocolId protocol;
  private final Consumer<Input<Hints>> inputs;
  private boolean started;
  private boolean served;

  /**
   * Creates a driver.
   *
   * @param inputs takes an event to the machine, on the mesh loop
   */
  HintsDriver(MeshContext context, Consumer<Input<Hints>> inputs) {
    this.context = context;
    this.host = context.host();
    this.protocol = protocol(context);
    this.inputs = inputs;
  }

  private static ProtocolId protocol(MeshContext context) {
    return new ProtocolId(context.meshName().protocol("members/1.0.0"));
  }

  /**
   * Begins to answer; from any thread.
   *
   * @param machine whose requests these are; with null nothing is answered
   */
  void serve(@Nullable Hints machine) {
    if (machine != null) {
      Exchange.serve(
          host,
          protocol,
          MembersCodec.INSTANCE,
          MembersCodec.MESSAGE_BYTES_MAX,
          (from, message) -> respond(from, message));
      host.loop().execute(() -> onServed(true));
    }
  }

  /** Stops answering; from any thread. */
  void unserve() {
    host.unhandle(protocol);
    host.loop().execute(() -> onServed(false));
  }

  private void onServed(boolean isServed) {
    served = isServed;
    if (started) {
      inputs.accept((hints, now) -> hints.onServed(isServed, now));
    }
  }

  /**
   * Begins to ask.
   *
   * @param isServed whether this peer answers
   */
  void start(boolean isServed) {
    started = true;
    served = isServed;
    inputs.accept(
        (hints, now) -> {
          hints.start(isServed, now);
          // It stays on the host, and needs nobody once the machine is closed.
          host.addGuard(hints::needs);
        });
  }

  /** A request on its way through the machine; no answer is that of one that stopped. */
  private static final class Request implements Input<Hints> {
    private final PeerId from;
    private final @Nullable Multiaddr at;
    private final MembersMessage.Pull pull;
    private Optional<MembersMessage.Answer> answer = Optional.empty();

    Request(PeerId from, @Nullable Multiaddr at, MembersMessage.Pull pull) {
      this.from = from;
      this.at = at;
      this.pull = pull;
    }

    @Override
    public void into(Hints hints, long nowNanos) {
      answer = hints.onRequest(from, at, pull, nowNanos);
    }
  }

  private MembersMessage respond(PeerId from, MembersMessage message)
      throws MalformedMessageException {
    if (!(message instanceof MembersMessage.Pull pull)) {
      throw new MalformedMessageException("an answer to nothing");
    }
    Request request = new Request(from, host.remoteAddress(from).orElse(null), pull);
    inputs.accept(request);
    return request.answer.orElseThrow(() -> new MalformedMessageException("not for now"));
  }

  void perform(Hints.Output output) {
    if (output instanceof Hints.Output.Pull pull) {
      pull(pull);
    } else if (output instanceof Hints.Output.Verify verify) {
      verify(verify.claims());
    } else if (output instanceof Hints.Output.SignSelf sign) {
      signSelf(sign.seq());
    } else if (output instanceof Hints.Output.SignLeave sign) {
      signLeave(sign.missing());
    } else {
      throw new AssertionError(output);
    }
  }

  private void pull(Hints.Output.Pull pull) {
    PeerId peer = pull.peer();
    CompletableFuture<Void> unused =
        Exchange.<MembersMessage>call(
                host,
                peer,
                protocol,
                MembersCodec.INSTANCE,
                pull.request(),
                pull.request().bytesMax(),
                TIMEOUT)
            .handle(
                (message, failure) -> {
                  host.loop().execute(() -> onPulled(peer, message));
                  return null;
                });
  }

  private void onPulled(PeerId peer, @Nullable MembersMessage message) {
    if (message instanceof MembersMessage.Answer answer) {
      Multiaddr from = host.remoteAddress(peer).orElse(null);
      inputs.accept((hints, now) -> hints.onAnswer(peer, from, answer, now));
    } else {
      inputs.accept((hints, now) -> hints.onFailure(peer, now));
    }
  }

  private void verify(HintClaims claims) {
    host.loop()
        .offload(
            () -> claims.signed(context.signatures(), protocol.value()),
            (signed, failure) -> onVerified(claims, failure == null ? signed : null));
  }

  /** What could not be checked, for too much work, is told again later. */
  private void onVerified(HintClaims claims, @Nullable HintClaims signed) {
    boolean hasForged = signed != null && signed.count() < claims.count();
    HintClaims held =
        signed == null ? new HintClaims(claims.from(), List.of(), List.of(), List.of()) : signed;
    inputs.accept((hints, now) -> hints.onVerified(held, hasForged, now));
  }

  private void signSelf(long seq) {
    List<Multiaddr> addresses = new ArrayList<>(host.addresses());
    host.observedAddresses().stream()
        .filter(address -> !addresses.contains(address))
        .forEach(addresses::add);
    addresses.removeIf(Multiaddr::isUnspecified);
    if (addresses.isEmpty()) {
      return;
    }
    host.loop()
        .offload(
            () ->
                Member.sign(
                    context.keyPair(), context.signatures(), protocol.value(), seq, addresses),
            (signed, failure) -> {
              if (signed != null && served) {
                inputs.accept((hints, now) -> hints.onSelf(signed, now));
              }
            });
  }

  private void signLeave(Member missing) {
    host.loop()
        .offload(
            () ->
                Departure.sign(context.keyPair(), context.signatures(), protocol.value(), missing),
            (signed, failure) -> {
              if (signed != null) {
                inputs.accept((hints, now) -> hints.onLeave(signed, now));
              }
            });
  }
}
