package io.surgemesh.gossip;

import io.surgemesh.host.Host;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.MachineDriver;
import io.surgemesh.market.Capability;
import io.surgemesh.mesh.PeerRouting;
import java.util.List;
import java.util.function.Consumer;

/** Finds and dials peers of lonely topics through the routing. Confined to the mesh loop. */
final class TopicPeers {
  /** How many peers one search asks for. */
  private static final int WANTED = 20;

  private final Host host;
  private final PeerRouting routing;
  private final MachineDriver<TopicSeeker, TopicSeeker.Output> driver;

  TopicPeers(
      Host host,
      PeerRouting routing,
      OfferGossipConfig config,
      Consumer<? super RuntimeException> onBug) {
    this.host = host;
    this.routing = routing;
    this.driver = new MachineDriver<>(host.loop(), new TopicSeeker(config), this::perform, onBug);
  }

  void onLonely(String topic) {
    driver.input((seeker, now) -> seeker.onLonely(topic, now));
  }

  void stop() {
    driver.stop();
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
    host.peerstore().addAddresses(peer, found.addresses());
    host.connect(peer)
        .whenComplete(
            (connection, failure) ->
                host.loop()
                    .execute(
                        () ->
                            driver.input(
                                (seeker, now) -> seeker.onDialled(peer, failure == null, now))));
  }
}
