package io.surgemesh.simulator;

import io.surgemesh.host.Connection;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a host to connect: its addresses in turn, each in the round trips a dial costs.
 *
 * <p>What happens between the two hosts is an event of the network; what either learns of it is an
 * event on its own loop.
 */
final class Dial {
  /** Until some router says that nobody has an address. */
  private static final long NOBODY_NANOS = 50_000_000L;

  private final SimulatedNetwork network;
  private final SimulatedHost dialer;
  private final @Nullable PeerId expected;
  private final List<Multiaddr> addresses;
  // One per call that shares this dial.
  private final List<CompletableFuture<Connection>> results = new ArrayList<>();
  private final Runnable end;
  // Of an attempt that makes no connection: where the peer was reached.
  private @Nullable CompletableFuture<Multiaddr> reached;
  private boolean ended;
  private int addressNext;
  private Unreachable.Reason reason = Unreachable.Reason.NO_ADDRESS;

  /**
   * Creates an attempt that has not begun.
   *
   * @param expected who must answer; null for anyone
   * @param addresses without {@code /p2p}
   * @param end runs just before the results complete, so that a retry finds no old dial
   */
  Dial(SimulatedHost dialer, @Nullable PeerId expected, List<Multiaddr> addresses, Runnable end) {
    this.network = dialer.network();
    this.dialer = dialer;
    this.expected = expected;
    this.addresses = addresses;
    this.end = end;
  }

  /**
   * Sees whether a peer can be dialled, in the time that a dial takes; nothing is connected.
   *
   * @return completes on the dialer's loop with the first of its addresses at which it can be
   */
  static CompletableFuture<Multiaddr> back(SimulatedHost dialer, PeerInfo peer) {
    CompletableFuture<Multiaddr> reached = new CompletableFuture<>();
    Dial dial = new Dial(dialer, peer.peerId(), peer.addresses(), () -> {});
    dial.reached = reached;
    dialer.loop().execute(dial::tryNext);
    return reached;
  }

  /** Returns a future of the outcome, each time another one. */
  CompletableFuture<Connection> result() {
    CompletableFuture<Connection> result = new CompletableFuture<>();
    results.add(result);
    return result;
  }

  /**
   * Begins with the first address not tried yet; fails when there is none. On the dialer's loop.
   */
  void tryNext() {
    if (ended) {
      return;
    }
    if (addressNext == addresses.size()) {
      fail(reason);
      return;
    }
    Multiaddr address = addresses.get(addressNext++);
    SimulatedHost target = network.findHost(address);
    long nowNanos = network.time().nowNanos();
    if (target == dialer) {
      fail(Unreachable.Reason.SELF_DIAL);
    } else if (target == null) {
      failAddressAt(nowNanos + NOBODY_NANOS, -1, Unreachable.Reason.CONNECT_FAILED);
    } else {
      new Attempt(address, target.index(), nowNanos).begin();
    }
  }

  /** Ends the attempt; what is still on its way comes to nothing. */
  void fail(Unreachable.Reason why) {
    Multiaddr last = addressNext == 0 ? null : addresses.get(addressNext - 1);
    Unreachable failure = new Unreachable(expected, last, why);
    end(result -> result.completeExceptionally(failure));
    if (reached != null) {
      reached.completeExceptionally(failure);
    }
  }

  /** As the host on sockets does: the address is good, whether or not identify will say so. */
  private void remember(ConnectionEnd connection, Multiaddr address) {
    dialer.peerstore().addAddresses(connection.remotePeer(), List.of(address));
  }

  private void complete(ConnectionEnd connection) {
    if (connection.isOpen()) {
      end(result -> result.complete(connection));
    } else {
      fail(Unreachable.Reason.CONNECT_FAILED);
    }
  }

  private void end(Consumer<CompletableFuture<Connection>> completion) {
    if (!ended) {
      ended = true;
      end.run();
      results.forEach(completion);
    }
  }

  private void failAddressAt(long atNanos, int to, Unreachable.Reason why) {
    dialer.virtualLoop().at(atNanos, () -> onAddressFailed(to, why));
  }

  private void onAddressFailed(int to, Unreachable.Reason why) {
    network.trace().record(network.time().nowNanos(), dialer.index(), to, TraceKind.DIAL_FAILED, 0);
    reason = why;
    tryNext();
  }

  /** The packets between dialer and target for one address. */
  private final class Attempt {
    private final Multiaddr address;
    private final int from;
    private final int to;
    private final long deadlineNanos;
    private final long thereNanos;
    private final long backNanos;
    // How late loss makes the first packet, and those of the round trips after it.
    private final long firstLateNanos;
    private final long restLateNanos;
    private long resendNanos = Retransmission.RTO_INITIAL_NANOS;

    Attempt(Multiaddr address, int to, long startNanos) {
      this.address = address;
      this.from = dialer.index();
      this.to = to;
      this.deadlineNanos = startNanos + network.config().timeouts().dial().toNanos();
      this.thereNanos = network.latencyNanos(from, to);
      this.backNanos = network.latencyNanos(to, from);
      int permille =
          Retransmission.roundTripPermille(
              network.losses().permille(from, to), network.losses().permille(to, from));
      if (permille == 0) {
        this.firstLateNanos = 0;
        this.restLateNanos = 0;
      } else {
        long draw = network.drawDial();
        long limitNanos = network.config().timeouts().dial().toNanos();
        this.firstLateNanos = Retransmission.firstPacketNanos(draw, permille, limitNanos);
        this.restLateNanos =
            Retransmission.roundTripsNanos(
                draw, roundTripsLeft(), permille, thereNanos + backNanos, limitNanos);
      }
    }

    void begin() {
      if (network.config().dialRoundTrips() == 0
          && network.isDialable(to)
          && network.host(to).isListening()
          && !isCut()) {
        connect(network.time().nowNanos());
      } else if (firstLateNanos == Retransmission.GIVEN_UP) {
        timeOut();
      } else {
        arriveAfter(firstLateNanos + thereNanos, this::onFirstPacket);
      }
    }

    private void onFirstPacket() {
      if (!network.isDialable(to) || isCut()) {
        sendAgain(this::onFirstPacket);
      } else if (reaches()) {
        if (restLateNanos == Retransmission.GIVEN_UP) {
          timeOut();
        } else {
          arriveAfter(
              restLateNanos + roundTripsLeft() * (thereNanos + backNanos), this::onLastPacket);
        }
      }
    }

    private void onLastPacket() {
      if (isCut()) {
        sendAgain(this::onLastPacket);
        return;
      }
      if (!reaches() || !dialer.isListening() || ended) {
        return;
      }
      long backAtNanos = network.time().nowNanos() + backNanos;
      long readyNanos = network.clogs().clearNanos(to, from, backAtNanos);
      if (readyNanos > deadlineNanos) {
        timeOut();
      } else {
        connect(readyNanos);
      }
    }

    private void connect(long readyNanos) {
      SimulatedHost target = network.host(to);
      PeerId wanted = expected;
      boolean isOther = wanted != null && !wanted.equals(target.peerId());
      CompletableFuture<Multiaddr> back = reached;
      if (back != null && !isOther) {
        dialer.virtualLoop().at(readyNanos, () -> back.complete(address));
        return;
      }
      if (network.isAtByteLevel() && back == null) {
        SessionConnection near = network.wiring().pairBytes(dialer, target, address, readyNanos);
        dialer.virtualLoop().at(readyNanos, () -> near.dial(expected, new Upgrading(address, to)));
        return;
      }
      if (wanted != null && isOther) {
        dialer.peerstore().removeAddress(wanted, address);
        failAddressAt(readyNanos, to, Unreachable.Reason.WRONG_PEER);
        return;
      }
      SimulatedConnection near = network.wiring().pair(dialer, target, address, readyNanos);
      dialer.virtualLoop().at(readyNanos, () -> onReady(near));
    }

    /** Runs what a packet of the dialer does, which waits before the target while it is clogged. */
    private void arriveAfter(long nanos, Runnable packet) {
      long atNanos = network.time().nowNanos() + nanos;
      if (atNanos + backNanos > deadlineNanos) {
        timeOut();
        return;
      }
      network.at(
          atNanos,
          () -> {
            long clearNanos = network.clogs().clearNanos(from, to, atNanos);
            if (clearNanos > atNanos) {
              arriveAfter(clearNanos - atNanos, packet);
            } else {
              packet.run();
            }
          });
    }

    private boolean isCut() {
      return network.cuts().isCut(from, to) || network.cuts().isCut(to, from);
    }

    /** A kernel sends what nobody acknowledges again after 1, 3, 7 s, and so on. */
    private void sendAgain(Runnable packet) {
      long waitNanos = resendNanos;
      resendNanos *= 2;
      arriveAfter(waitNanos, packet);
    }

    /** Returns whether there is a listener; arranges the failure when not. */
    private boolean reaches() {
      if (!network.host(to).isListening()) {
        failAddressAt(network.time().nowNanos() + backNanos, to, Unreachable.Reason.CONNECT_FAILED);
        return false;
      }
      return true;
    }

    private int roundTripsLeft() {
      // At byte level this is TCP alone: the rest happens in bytes.
      return network.isAtByteLevel() ? 0 : Math.max(0, network.config().dialRoundTrips() - 1);
    }

    private void timeOut() {
      failAddressAt(deadlineNanos, to, Unreachable.Reason.TIMED_OUT);
    }

    private void onReady(SimulatedConnection near) {
      remember(near, address);
      dialer.onReady(near);
      complete(near);
    }
  }

  /** The handshake at one address, at byte level. */
  private final class Upgrading implements SessionConnection.DialListener {
    private final Multiaddr address;
    private final int to;

    Upgrading(Multiaddr address, int to) {
      this.address = address;
      this.to = to;
    }

    @Override
    public void onReady(SessionConnection connection) {
      remember(connection, address);
      complete(connection);
    }

    @Override
    public void onFailed(Unreachable.Reason why) {
      if (!dialer.isListening()) {
        fail(Unreachable.Reason.CLOSED);
        return;
      }
      if (why == Unreachable.Reason.WRONG_PEER && expected != null) {
        dialer.peerstore().removeAddress(expected, address);
      }
      onAddressFailed(to, why);
    }
  }
}
