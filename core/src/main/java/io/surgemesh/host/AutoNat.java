package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.MachineDriver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether others can dial a host, and dials others that want to know it of themselves.
 *
 * <p>Written against {@link Host} only: {@link AutoNatClient} asks, {@link AutoNatServer} answers.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/autonat/autonat-v1.md">libp2p AutoNAT
 *     v1 spec</a>
 */
public final class AutoNat {
  /** The protocol's name. */
  public static final ProtocolId PROTOCOL = new ProtocolId("/libp2p/autonat/1.0.0");

  private static final Logger LOG = LoggerFactory.getLogger(AutoNat.class);

  /** Longer than whoever is asked dials: go-libp2p up to 15 s an address. */
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Host host;
  // Both null when it is off.
  private final @Nullable MachineDriver<AutoNatClient, AutoNatClient.Output> driver;
  private final @Nullable AutoNatResponder responder;
  // Bounded by the parts of the host's owner.
  private final List<ReachabilityListener> listeners = new CopyOnWriteArrayList<>();
  private volatile Reachability present = Reachability.UNKNOWN;

  /**
   * Creates the service of a host; {@link #start} begins.
   *
   * @param config when to ask; empty to ask nobody, and to dial nobody who asks
   * @param random used on the host's loop alone
   */
  public AutoNat(Host host, Optional<AutoNatConfig> config, RandomGenerator random) {
    this.host = host;
    this.driver = config.map(its -> newDriver(its, random)).orElse(null);
    this.responder = config.isPresent() ? new AutoNatResponder(host) : null;
  }

  private MachineDriver<AutoNatClient, AutoNatClient.Output> newDriver(
      AutoNatConfig config, RandomGenerator random) {
    return new MachineDriver<>(
        host.loop(),
        new AutoNatClient(host.peerId(), config, random),
        this::perform,
        bug -> LOG.error("bug in asking whether this host can be dialled, given up", bug));
  }

  /** Begins to answer, and to ask from time to time; from any thread, once. */
  public void start() {
    if (responder != null) {
      responder.serve();
      host.loop().execute(() -> input(AutoNatClient::start));
    }
  }

  private void input(MachineDriver.Input<AutoNatClient> event) {
    if (driver != null) {
      driver.input(event);
    }
  }

  /** Returns what is known now; from any thread. */
  public Reachability present() {
    return present;
  }

  /** Adds a listener, told also of what is known already; from any thread. */
  public void addListener(ReachabilityListener listener) {
    host.loop()
        .execute(
            () -> {
              listeners.add(listener);
              if (present != Reachability.UNKNOWN) {
                listener.onReachability(present);
              }
            });
  }

  /** Asks nobody any more; on the host's loop. */
  public void close() {
    if (driver != null && responder != null) {
      driver.stop();
      responder.close();
    }
  }

  private void perform(AutoNatClient.Output output) {
    if (output instanceof AutoNatClient.Output.Look) {
      look();
    } else if (output instanceof AutoNatClient.Output.Ask ask) {
      ask(ask.peer(), ask.question());
    } else if (output instanceof AutoNatClient.Output.Changed changed) {
      become(changed.present());
    } else {
      throw new AssertionError(output);
    }
  }

  private void look() {
    List<AutoNatClient.Candidate> connected = new ArrayList<>();
    for (PeerId peer : host.connectedPeers()) {
      boolean speaks = host.peerstore().protocols(peer).contains(PROTOCOL);
      host.connection(peer)
          .map(
              its ->
                  new AutoNatClient.Candidate(
                      peer, its.remoteAddress(), speaks && its.isOutbound()))
          .ifPresent(connected::add);
    }
    input((client, now) -> client.onLook(host.addresses(), connected, now));
  }

  private void ask(PeerId peer, AutoNatMessage question) {
    CompletableFuture<AutoNatMessage> unused =
        Exchange.call(
                host,
                peer,
                PROTOCOL,
                AutoNatCodec.INSTANCE,
                question,
                AutoNatCodec.MESSAGE_BYTES_MAX,
                TIMEOUT)
            .whenComplete(
                (answer, failure) -> {
                  if (answer == null) {
                    input((client, now) -> client.onSilence(peer, now));
                  } else {
                    input((client, now) -> client.onAnswer(peer, answer, now));
                  }
                });
  }

  private void become(Reachability other) {
    LOG.info("whether others can dial this host: {}", other);
    present = other;
    listeners.forEach(listener -> listener.onReachability(other));
  }
}
