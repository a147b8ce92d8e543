package io.surgemesh.gossip;

import io.surgemesh.host.Host;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.MachineDriver;
import io.surgemesh.market.Capability;
import io.surgemesh.mesh.MeshContext;
import io.surgemesh.mesh.PeerRouting;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds and dials peers of lonely topics through the routing, and dials again those that were lost.
 * Confined to the mesh loop.
 */
final class TopicPeers {
  /** How many peers one search asks for. */
  private static final int WANTED = 20;

  private final Host host;
  private final PeerRouting routing;
  private final MachineDriver<TopicSeeker, TopicSeeker.Output> driver;
  private final MachineDriver<LostPeers, PeerId> lost;

  TopicPeers(
      MeshContext context,
      PeerRouting routing,
      OfferGossipConfig config,
      Consumer<? super RuntimeException> onBug) {
    this.host = context.host();
    this.routing = routing;
    this.driver = new MachineDriver<>(host.loop(), new TopicSeeker(config), this::perform, onBug);
    this.lost =
        new MachineDriver<>(
            host.loop(), new LostPeers(config.dialsMax(), context.random()), this::redial, onBug);
  }

  void onLonely(String topic) {
    driver.input((seeker, now) -> seeker.onLonely(topic, now));
    lost.input(LostPeers::onLonely);
  }

  /** The last connection to a peer of our topics broke. */
  void onLost(PeerId peer) {
    lost.input((machine, now) -> machine.onLost(peer, now));
  }

  /** A peer joined a topic; returns whether it had been lost. */
  boolean onBack(PeerId peer) {
    boolean wasLost = lost.machine().isLost(peer);
    lost.input((machine, now) -> machine.onBack(peer, now));
    return wasLost;
  }

  void stop() {
    driver.stop();
    lost.stop();
  }

  private void perform(TopicSeeker.Output output) {
    if (output instanceof TopicSeeker.Output.Find find) {
      find(find.topic());
    } else if (output instanceof TopicSeeker.Output.Connect connect) {
      connect(connect.peer());
    } else {
      throw new AssertionError(output);
    }
  }

  private void find(String topic) {
    routing
        .findProviders(Capability.topic(topic), WANTED)
        .whenComplete(
            (peers, failure) ->
                host.loop().execute(() -> onFound(topic, failure == null ? peers : List.of())));
  }

  private void onFound(String topic, List<PeerInfo> peers) {
    driver.input(
        (seeker, now) ->
            seeker.onFound(
                topic, peers, peer -> peer.equals(host.peerId()) || host.isConnected(peer), now));
  }

  private void connect(PeerInfo found) {
    PeerId peer = found.peerId();
    // Others say so: it is tried, but told to nobody before the peer was reached there.
    host.peerstore().add(found);
    host.connect(peer)
        .whenComplete(
            (connection, failure) ->
                host.loop()
                    .execute(
                        () ->
                            driver.input(
                                (seeker, now) -> seeker.onDialled(peer, failure == null, now))));
  }

  private void redial(PeerId peer) {
    host.connect(peer)
        .whenComplete(
            (connection, failure) ->
                host.loop()
                    .execute(
                        () ->
                            lost.input(
                                (machine, now) -> machine.onDialled(peer, outcome(failure), now))));
  }

  private static LostPeers.Outcome outcome(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause == null) {
      return LostPeers.Outcome.CONNECTED;
    }
    boolean timedOut =
        cause instanceof MeshException.Unreachable unreachable
            && unreachable.reason() == MeshException.Unreachable.Reason.TIMED_OUT;
    return timedOut ? LostPeers.Outcome.SILENT : LostPeers.Outcome.REFUSED;
  }
}
