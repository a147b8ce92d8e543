package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.Acquaintances;
import io.surgemesh.host.Identify;
import io.surgemesh.host.PeerArchive;
import io.surgemesh.host.PeerArchive.Acquaintance;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom a node still knows that is killed after days, and so keeps nothing in the end. */
class AcquaintancesTest {
  private static final Duration LONG = Duration.ofDays(8);

  @TempDir Path directory;
  private final TwoNodes nodes = new TwoNodes();
  private final SimulatedHost third = nodes.network.addHost();

  private PeerArchive open() {
    return PeerArchive.in(directory.resolve("peers.db"), nodes.near.wallClock());
  }

  @Test
  void whoStaysIsKeptEveryDay() {
    try (PeerArchive archive = open()) {
      Acquaintances acquaintances = new Acquaintances(nodes.near, archive);
      acquaintances.start();
      nodes.runMillis(1);
      acquaintances.onReady(nodes.connect());
      nodes.network.time().runFor(LONG);
      assertThat(nodes.near.isConnected(nodes.far.peerId())).isTrue();
      // As without anybody met lately those met long ago count too.
      acquaintances.onReady(nodes.await(nodes.near.connect(third.dialAddress())));
      nodes.runMillis(500);
    }
    try (PeerArchive archive = open()) {
      assertThat(archive.load())
          .extracting(known -> known.info().peerId())
          .containsExactly(nodes.far.peerId(), third.peerId());
    }
  }

  @Test
  void whoHasNotToldWhatItIsIsNotKept() {
    try (PeerArchive archive = open()) {
      Acquaintances acquaintances = new Acquaintances(nodes.near, archive);
      acquaintances.start();
      nodes.far.unhandle(Identify.PROTOCOL);
      acquaintances.onReady(nodes.connect());
      nodes.runMillis(500);
      acquaintances.close();
    }
    try (PeerArchive archive = open()) {
      List<Acquaintance> kept = archive.load();
      assertThat(kept).isEmpty();
    }
  }
}
