package io.surgemesh.host;

import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Loop;
import io.surgemesh.multiformats.Multiaddr;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * This peer's end of the network: it listens, dials, and carries streams of named protocols.
 *
 * <p>Two implementations exist: one on sockets, one in the simulator; an application that runs
 * another libp2p host may adapt that. Every method may be called from any thread. Futures complete
 * on a loop of the host: hop to {@link #loop()} before touching anything confined to it, and do not
 * block in them.
 */
public interface Host extends AutoCloseable {
  /** Returns this peer's id. */
  PeerId peerId();

  /** Returns the addresses at which this host listens, without a trailing {@code /p2p}. */
  List<Multiaddr> addresses();

  /**
   * Returns where other peers say they see this host, as far as enough of them agree that are far
   * apart: at a NAT, its public address. It is not known whether it can be dialled there.
   *
   * @see Identify#observedAddresses
   */
  default List<Multiaddr> observedAddresses() {
    return List.of();
  }

  /** Returns the mesh loop, on which routing, gossip and negotiation of this peer run. */
  Loop loop();

  /** Returns what is known of other peers. */
  Peerstore peerstore();

  /** Accepts inbound streams of {@code protocol}; a second call for one protocol replaces. */
  void handle(ProtocolId protocol, StreamAcceptor acceptor);

  /** Stops accepting streams of {@code protocol}; open ones go on. */
  void unhandle(ProtocolId protocol);

  /** Adds a listener, told on {@link #loop()} of peers already connected as well. */
  void addListener(ConnectionListener listener);

  /**
   * Adds a rule on which peers a protocol needs: their connections stay when there are too many.
   *
   * <p>What is not needed, and has not been used for a while, is closed past {@link
   * ConnectionLimits}.
   *
   * @param isNeeded asked on {@link #loop()}
   */
  void addGuard(Predicate<PeerId> isNeeded);

  /**
   * Protects the connections of a peer from being closed when there are too many, connected or not,
   * until {@link #unprotect} is called for each of its tags.
   *
   * @param tag says for what, such as the name of a protocol; any text of the caller's own
   * @return false, and nothing is done, at the bound of {@value ConnectionTrimmer#PROTECTIONS_MAX}
   *     pairs of a peer and a tag
   */
  boolean protect(PeerId peer, String tag);

  /** Takes back one tag of {@link #protect}; does nothing when the peer has not that one. */
  void unprotect(PeerId peer, String tag);

  /** Returns the peers connected now, in order of their ids. */
  Set<PeerId> connectedPeers();

  /** Returns whether the peer is connected now. */
  default boolean isConnected(PeerId peer) {
    return connectedPeers().contains(peer);
  }

  /**
   * Returns where a connected peer is, as dialled or as accepted: what is told of a peer may be
   * made up, this is not. Empty when it is not connected, or the host does not tell.
   */
  default Optional<Multiaddr> remoteAddress(PeerId peer) {
    return connection(peer).map(Connection::remoteAddress);
  }

  /**
   * Returns the connection that new streams to a peer would use, so that whoever chooses among
   * peers knows who dialled; dials nothing. Empty when the peer is not connected, or the host does
   * not tell.
   */
  default Optional<Connection> connection(PeerId peer) {
    return Optional.empty();
  }

  /**
   * Returns a connection to the peer, dialling its known addresses when there is none yet.
   *
   * @return completes with {@code MeshException.Unreachable} when no address works; several calls
   *     share one dial
   */
  CompletableFuture<Connection> connect(PeerId peer);

  /**
   * Dials an address whose peer id need not be known, such as a bootstrap address.
   *
   * @param address with a trailing {@code /p2p/...} the peer must prove that identity
   * @return completes with {@code MeshException.Unreachable} when it does not, or nobody answers
   */
  CompletableFuture<Connection> connect(Multiaddr address);

  /**
   * Connects as {@link #connect(PeerId)} does and opens a stream; fails as that and as {@link
   * Connection#open} do.
   */
  default CompletableFuture<Stream> open(
      PeerId peer, ProtocolId protocol, StreamListener listener) {
    return connect(peer).thenCompose(connection -> connection.open(protocol, listener));
  }

  /**
   * Connects as {@link #connect(PeerId)} does and opens a stream without waiting for the peer to
   * agree; fails as that and as {@link Connection#openEagerly} do.
   */
  default CompletableFuture<Stream> openEagerly(
      PeerId peer, ProtocolId protocol, StreamListener listener) {
    return connect(peer).thenCompose(connection -> connection.openEagerly(protocol, listener));
  }

  /**
   * Dials a connected peer anew, to see whether it can be: all of the addresses at once, and only
   * these. What is dialled proves that it is the peer, and is closed at once without becoming a
   * connection.
   *
   * @return completes with the address at which it was reached, with {@code
   *     MeshException.Unreachable} when there was none, or the host does not do that; cancelling it
   *     gives up
   */
  default CompletableFuture<Multiaddr> dialBack(PeerInfo peer) {
    return CompletableFuture.failedFuture(
        new Unreachable(peer.peerId(), null, Unreachable.Reason.NO_ADDRESS));
  }

  /**
   * Returns whether others can dial this host, as far as it knows; {@link Reachability#UNKNOWN}
   * also when it does not try to know.
   */
  default Reachability reachability() {
    return Reachability.UNKNOWN;
  }

  /**
   * Adds a listener, told whenever {@link #reachability} changes, and at first when it is known
   * already; told nothing when the host does not try to know.
   */
  default void addReachabilityListener(ReachabilityListener listener) {}

  /** Closes every connection to {@code peer}. */
  void disconnect(PeerId peer);

  /** Stops listening and closes every connection; waits at most a few seconds. */
  @Override
  void close();
}
