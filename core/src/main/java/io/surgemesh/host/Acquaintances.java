package io.surgemesh.host;

import io.surgemesh.host.PeerArchive.Acquaintance;
import io.surgemesh.host.PeerArchive.Encounter;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Loop;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keeps whom a host meets in its archive: when a peer has told what it is, once a day while it
 * stays, and when it leaves or the host closes. So what is kept of a peer counts from the end of
 * the last connection to it and not from the beginning; its addresses in the peerstore are renewed
 * at the same times.
 *
 * <p>Holds one entry for each connected peer. Confined to the host's loop, but for what says
 * otherwise.
 */
public final class Acquaintances implements ConnectionListener {
  /** How often those that stay are kept again: well within the time for which they are kept. */
  static final Duration EVERY = Duration.ofDays(1);

  private static final class Presence {
    private Encounter how;
    private boolean identified;

    Presence(Encounter how) {
      this.how = how;
    }
  }

  private final Host host;
  private final PeerArchive archive;
  private final Map<PeerId, Presence> present = new TreeMap<>();

  /** Creates one that keeps nobody before {@link #start}. */
  public Acquaintances(Host host, PeerArchive archive) {
    this.host = host;
    this.archive = archive;
  }

  /** Begins; from any thread, once. */
  public void start() {
    host.addListener(this);
    host.loop().execute(this::armDaily);
  }

  private void armDaily() {
    Loop loop = host.loop();
    loop.arm(
        loop.nowNanos() + EVERY.toNanos(),
        () -> {
          keepAll();
          armDaily();
        });
  }

  /** Takes note of how a peer is connected, before identify begins; from any thread. */
  public void onReady(Connection connection) {
    PeerId peer = connection.remotePeer();
    Encounter how = new Encounter(connection.remoteAddress(), connection.isOutbound());
    host.loop().execute(() -> meet(peer, how));
  }

  private void meet(PeerId peer, Encounter how) {
    // Whoever is connected will be said to be gone later, and no other is.
    if (host.isConnected(peer)) {
      Presence known = present.computeIfAbsent(peer, unused -> new Presence(how));
      known.how = known.how.dialled() ? known.how : how;
    }
  }

  @Override
  public void onConnected(PeerId peer) {
    // Nothing is known of it yet.
  }

  @Override
  public void onIdentified(PeerId peer) {
    Presence known = present.get(peer);
    if (known != null) {
      known.identified = true;
      keep(peer, known);
    }
  }

  @Override
  public void onDisconnected(PeerId peer) {
    Presence known = present.remove(peer);
    if (known != null) {
      keep(peer, known);
    }
  }

  private void keepAll() {
    present.forEach(this::keep);
  }

  private void keep(PeerId peer, Presence known) {
    Peerstore peerstore = host.peerstore();
    peerstore.renew(peer);
    if (known.identified) {
      archive.save(new Acquaintance(peerstore.info(peer), peerstore.protocols(peer)), known.how);
    }
  }

  /** Keeps all who are connected, and nobody any more. */
  public void close() {
    keepAll();
    present.clear();
  }
}
