package io.surgemesh.gossip;

import io.surgemesh.host.ConnectionListener;
import io.surgemesh.host.FrameChannel;
import io.surgemesh.host.FrameListener;
import io.surgemesh.host.Host;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.machine.OrderedMap;
import java.util.List;
import java.util.Map;

/**
 * The streams of {@code /meshsub/1.1.0}: one of ours to each peer, and one of each peer's to us.
 *
 * <p>Confined to the mesh loop. A peer that opens a second stream loses its first.
 */
final class GossipLinks implements ConnectionListener {
  /** Told of peers and what they send, on the mesh loop. */
  interface Receiver extends PeerLink.Owner {
    /** Returns whether what this peer sends is wanted at all. */
    boolean listensTo(PeerId from);

    /** An RPC came; the peer may not have been named by {@code onOpen} yet. */
    void onRpc(PeerId from, boolean outboundConnection, Rpc rpc);

    /** What a peer sent is no RPC; or no frame, or too long a one, and its stream was reset. */
    void onMalformed(PeerId from);

    /** The last connection to a peer is gone. */
    void onGone(PeerId peer);
  }

  static final ProtocolId PROTOCOL = new ProtocolId("/meshsub/1.1.0");

  private final Host host;
  private final GossipLimits limits;
  private final RpcCodec codec;
  private final Receiver receiver;
  private final Map<PeerId, PeerLink> links = new OrderedMap<>();
  private final FrameListener<Rpc> acceptedListener = new InboundListener(false);
  private final FrameListener<Rpc> dialledListener = new InboundListener(true);
  private boolean closed;

  GossipLinks(Host host, GossipLimits limits, Receiver receiver) {
    this.host = host;
    this.limits = limits;
    this.codec = new RpcCodec(limits);
    this.receiver = receiver;
  }

  /** Starts serving the protocol and opening streams. */
  void start() {
    host.handle(PROTOCOL, this::accept);
    host.addListener(this);
  }

  private StreamListener accept(Stream stream) {
    FrameChannel<Rpc> channel =
        new FrameChannel<>(
                host.loop(),
                codec,
                limits.rpcBytesMax(),
                stream.connection().isOutbound() ? dialledListener : acceptedListener)
            .bind(stream);
    host.loop().dispatch(() -> onInbound(channel));
    return channel;
  }

  private void onInbound(FrameChannel<Rpc> channel) {
    PeerId peer = channel.remotePeer();
    if (closed) {
      channel.reset();
      return;
    }
    PeerLink link = link(peer);
    FrameChannel<Rpc> former = link.inbound();
    link.setInbound(channel);
    if (former != null) {
      former.reset();
    }
    // A peer that speaks the protocol to us is worth a stream, whatever identify has said.
    link.openAnew();
  }

  @Override
  public void onConnected(PeerId peer) {
    List<ProtocolId> spoken = host.peerstore().protocols(peer);
    if (!closed && (spoken.isEmpty() || spoken.contains(PROTOCOL))) {
      link(peer).open();
    }
  }

  @Override
  public void onIdentified(PeerId peer) {
    if (!closed && host.peerstore().protocols(peer).contains(PROTOCOL)) {
      link(peer).openAnew();
    }
  }

  @Override
  public void onDisconnected(PeerId peer) {
    PeerLink link = links.remove(peer);
    if (link != null) {
      link.close();
    }
    if (!closed) {
      receiver.onGone(peer);
    }
  }

  private PeerLink link(PeerId peer) {
    PeerLink link = links.get(peer);
    if (link == null) {
      link = new PeerLink(host, PROTOCOL, peer, codec, receiver);
      links.put(peer, link);
    }
    return link;
  }

  /** Sends an RPC to a peer; dropped when there is no stream to it and none on its way. */
  void send(PeerId to, SendQueue.Kind kind, Rpc rpc) {
    PeerLink link = links.get(to);
    if (link != null) {
      link.send(kind, rpc);
    }
  }

  void close() {
    closed = true;
    host.unhandle(PROTOCOL);
    for (PeerLink link : links.values()) {
      link.close();
      FrameChannel<Rpc> inbound = link.inbound();
      if (inbound != null) {
        inbound.reset();
      }
    }
    links.clear();
  }

  /** Takes what a peer sends on its stream. */
  private final class InboundListener implements FrameListener<Rpc> {
    private final boolean outboundConnection;

    InboundListener(boolean outboundConnection) {
      this.outboundConnection = outboundConnection;
    }

    @Override
    public boolean listens(FrameChannel<Rpc> from) {
      return !closed && receiver.listensTo(from.remotePeer());
    }

    @Override
    public void onFrame(FrameChannel<Rpc> from, Rpc rpc) {
      receiver.onRpc(from.remotePeer(), outboundConnection, rpc);
    }

    @Override
    public void onMalformed(FrameChannel<Rpc> from) {
      receiver.onMalformed(from.remotePeer());
    }

    @Override
    public void onRemoteClose(FrameChannel<Rpc> from) {
      forget(from);
      from.closeWrite();
    }

    @Override
    public void onReset(FrameChannel<Rpc> from, ResetReason reason) {
      forget(from);
      if (reason == ResetReason.MISBEHAVED && !closed) {
        receiver.onMalformed(from.remotePeer());
      }
    }

    private void forget(FrameChannel<Rpc> from) {
      PeerLink link = links.get(from.remotePeer());
      if (link != null && link.inbound() == from) {
        link.setInbound(null);
      }
    }
  }
}
