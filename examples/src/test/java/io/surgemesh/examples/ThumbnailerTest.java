package io.surgemesh.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.Dht;
import io.surgemesh.gossip.OfferGossip;
import io.surgemesh.simulator.Churn;
import io.surgemesh.simulator.ChurnConfig;
import io.surgemesh.simulator.DiskConfig;
import io.surgemesh.simulator.SimulatedMesh;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How an application is tested in bad weather without a network: twelve peers on one thread, in
 * virtual time, and a failure comes back with its seed. Copy it.
 */
class ThumbnailerTest {
  private static final int PEERS = 12;
  private static final int CLIENT = 0;
  private static final int PICTURES = 30;

  private final List<byte[]> pictures = new ArrayList<>();
  private final List<CompletableFuture<byte[]>> thumbnails = new ArrayList<>();

  @Test
  void aThumbnailIsMadeByAnotherPeer() {
    SimulatedMesh mesh =
        SimulatedMesh.of(
            3,
            (builder, bootstrap) ->
                builder.routing(Dht.joining(bootstrap)).offers(OfferGossip.defaults()));
    mesh.onStart((peer, index) -> new Thumbnailer(peer).serve());
    byte[] picture = picture(new SplittableRandom(1));
    CompletableFuture<byte[]> thumbnail = new Thumbnailer(mesh.peer(CLIENT)).thumbnail(picture);
    assertThat(mesh.await(thumbnail, Duration.ofMinutes(1))).isEqualTo(Thumbnailer.shrink(picture));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyThumbnailIsMadeThoughPeersCrashAndTheNetworkSplits(long seed) {
    SimulatedMesh mesh =
        SimulatedMesh.of(
            seed,
            PEERS,
            defaults ->
                defaults.withDisks(DiskConfig.defaults()).withHandlerTime(Duration.ofSeconds(2)),
            (builder, bootstrap) ->
                builder.routing(Dht.joining(bootstrap)).offers(OfferGossip.defaults()));
    mesh.onStart((peer, index) -> new Thumbnailer(peer).serve());
    mesh.await(mesh.peer(CLIENT).offers().heard(PEERS / 2), Duration.ofMinutes(1));

    // Peers stay a minute on average, a third of the crashes tear a write, one in a dozen loses
    // all.
    Churn churn =
        mesh.churn(
            ChurnConfig.of(Duration.ofMinutes(1), Duration.ofSeconds(15))
                .withDiskFaults(33, 8)
                .withStable(CLIENT));
    submitPictures(seed, mesh);
    mesh.runFor(Duration.ofSeconds(10));
    for (int i = 1; i < PEERS; i += 2) {
      mesh.network().partition(CLIENT, i);
    }
    mesh.network().host(2).pace().perEvent(Duration.ofMillis(50));
    mesh.network().host(4).clock().drift(500).step(Duration.ofMinutes(-5));
    mesh.runFor(Duration.ofMinutes(1));
    submitPictures(seed + 1, mesh);
    for (int i = 1; i < PEERS; i += 2) {
      mesh.network().heal(CLIENT, i);
    }
    mesh.runFor(Duration.ofMinutes(1));
    churn.stop();

    for (int i = 0; i < thumbnails.size(); i++) {
      assertThat(mesh.await(thumbnails.get(i), Duration.ofHours(1)))
          .as("picture %d", i)
          .isEqualTo(Thumbnailer.shrink(pictures.get(i)));
    }
    assertThat(churn.departures()).isPositive();
    mesh.runFor(Duration.ofMinutes(1));
    for (int i = 0; i < PEERS; i++) {
      assertThat(mesh.verifyLedger(i).holds()).as("ledger of peer %d", i).isTrue();
    }
    assertThat(mesh.verifyLedger(CLIENT).finalReceipts()).isEqualTo(thumbnails.size());
  }

  private void submitPictures(long seed, SimulatedMesh mesh) {
    SplittableRandom random = new SplittableRandom(seed);
    Thumbnailer client = new Thumbnailer(mesh.peer(CLIENT));
    for (int i = 0; i < PICTURES; i++) {
      byte[] picture = picture(random);
      pictures.add(picture);
      thumbnails.add(client.thumbnail(picture));
    }
  }

  private static byte[] picture(SplittableRandom random) {
    int width = 4 + random.nextInt(200);
    int height = 4 + random.nextInt(200);
    byte[] pixels = new byte[width * height];
    random.nextBytes(pixels);
    return ByteBuffer.allocate(8 + pixels.length).putInt(width).putInt(height).put(pixels).array();
  }
}
