package io.surgemesh.netty;

import io.surgemesh.host.Connection;
import io.surgemesh.host.Peerstore;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.MeshException.Unreachable.Reason;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.MachineDriver;
import io.surgemesh.multiformats.Multiaddr;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drives one {@link DialPlan} on the mesh loop. */
final class DialAttempt {
  private static final Logger LOG = LoggerFactory.getLogger(DialAttempt.class);

  /**
   * What all dials of a host share.
   *
   * @param loop the mesh loop
   * @param isOwn tells whether this host listens at an address
   * @param watch told of dials that fail
   * @param dialNanos for all addresses of one dial together
   */
  record Means(
      NettyLoop loop,
      Dialer<NettyConnection> dialer,
      NameResolver resolver,
      DialHistory history,
      Peerstore peerstore,
      Predicate<Multiaddr> isOwn,
      Watch watch,
      DialLimits limits,
      long dialNanos) {}

  private final Means means;
  private final @Nullable PeerId peer;
  private final CompletableFuture<Connection> result;
  private final MachineDriver<DialPlan, DialPlan.Output> driver;
  private final Map<Multiaddr, CompletableFuture<NettyConnection>> dialing = new LinkedHashMap<>();

  /**
   * Creates a dial.
   *
   * @param peer whom to reach, null when only an address is known
   * @param result completed with the connection or the failure; completing it elsewhere ends the
   *     dial
   */
  DialAttempt(Means means, @Nullable PeerId peer, CompletableFuture<Connection> result) {
    this.means = means;
    this.peer = peer;
    this.result = result;
    long deadlineNanos = means.loop.nowNanos() + means.dialNanos;
    DialPlan plan = new DialPlan(peer, means.isOwn, means.history, means.limits, deadlineNanos);
    this.driver = new MachineDriver<>(means.loop, plan, this::perform, this::onBug);
  }

  CompletableFuture<Connection> result() {
    return result;
  }

  /**
   * The peer has dialled us: that is the result. What has been begun goes on, as the peer may count
   * on it already; from any thread.
   */
  void supersede(Connection inbound) {
    means.loop.runHere(
        () -> {
          driver.input(DialPlan::onSuperseded);
          result.complete(inbound);
        });
  }

  /** Begins; from any thread. */
  void start(List<Multiaddr> named, List<Multiaddr> learned) {
    boolean open =
        means.loop.runHere(
            () -> driver.input((plan, nowNanos) -> plan.start(named, learned, nowNanos)));
    if (!open) {
      fail(null, Reason.CLOSED);
    }
    result.whenComplete(
        (connection, failure) -> {
          means.watch.dialFailed(failure);
          means.loop.runHere(() -> driver.input(DialPlan::onOver));
        });
  }

  private void perform(DialPlan.Output output) {
    if (output instanceof DialPlan.Output.Resolve resolve) {
      Multiaddr name = resolve.name();
      means
          .resolver
          .resolve(name)
          .thenAccept(
              found -> driver.input((plan, nowNanos) -> plan.onResolved(name, found, nowNanos)));
    } else if (output instanceof DialPlan.Output.Connect connect) {
      dial(connect.target());
    } else if (output instanceof DialPlan.Output.Abandon abandon) {
      CompletableFuture<NettyConnection> dial = dialing.remove(abandon.target().address());
      if (dial != null) {
        dial.cancel(false);
      }
    } else if (output instanceof DialPlan.Output.Forget forget) {
      means.peerstore.removeAddress(forget.peer(), forget.address());
    } else if (output instanceof DialPlan.Output.Failed failed) {
      fail(failed.address(), failed.reason());
    }
  }

  private void dial(DialTarget target) {
    CompletableFuture<NettyConnection> dial =
        means.dialer.dial(target.address(), target.expected());
    dialing.put(target.address(), dial);
    dial.whenComplete(
        (connection, failure) -> means.loop.execute(() -> onDialed(target, connection, failure)));
  }

  private void onDialed(
      DialTarget target, @Nullable NettyConnection connection, @Nullable Throwable failure) {
    if (connection == null) {
      Reason reason = reason(failure);
      driver.input((plan, nowNanos) -> plan.onFailed(target, reason, nowNanos));
      return;
    }
    means.peerstore.addAddresses(connection.remotePeer(), List.of(target.known()));
    dialing.remove(target.address());
    result.complete(connection);
  }

  private static Reason reason(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof Unreachable unreachable ? unreachable.reason() : Reason.CONNECT_FAILED;
  }

  private void onBug(RuntimeException bug) {
    LOG.error("bug in a dial", bug);
    fail(null, Reason.CONNECT_FAILED);
  }

  private void fail(@Nullable Multiaddr address, Reason reason) {
    result.completeExceptionally(new Unreachable(peer, address, reason));
  }
}
