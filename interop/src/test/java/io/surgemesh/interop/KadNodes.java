package io.surgemesh.interop;

import io.surgemesh.host.ProtocolId;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The peers of one test's DHT, under the protocol of IPFS; they are closed when it is over. */
final class KadNodes implements AfterEachCallback {
  private static final ProtocolId KAD = new ProtocolId("/ipfs/kad/1.0.0");

  private final Deque<KadNode> running = new ArrayDeque<>();

  /** Starts one of another implementation. */
  KadPeer start(ForeignPeer implementation) throws Exception {
    KadPeer peer = KadPeer.start(implementation, KAD);
    running.push(peer);
    return peer;
  }

  /** Starts one of ours; after one of theirs, so that a missing program skips. */
  OurPeer startOurs(KadNode... bootstrapPeers) throws Exception {
    OurPeer peer = OurPeer.start(KAD, bootstrapPeers);
    running.push(peer);
    return peer;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    while (!running.isEmpty()) {
      running.pop().close();
    }
  }
}
