package io.surgemesh.dht;

import io.surgemesh.host.Exchange;
import io.surgemesh.host.Host;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.machine.MachineDriver.Input;
import io.surgemesh.machine.OrderedMap;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The queries under way, each an exchange with a peer of its own; on the mesh loop of a host.
 * {@link Kademlia} bounds how many there are.
 */
final class Queries {
  private final Host host;
  private final ProtocolId protocol;
  private final Duration timeout;
  private final Consumer<Input<Kademlia>> inputs;
  private final Map<Call, CompletableFuture<KadMessage>> open = new OrderedMap<>();
  private long sent;

  /**
   * Creates an empty set.
   *
   * @param inputs takes an event to the machine
   */
  Queries(Host host, ProtocolId protocol, Duration timeout, Consumer<Input<Kademlia>> inputs) {
    this.host = host;
    this.protocol = protocol;
    this.timeout = timeout;
    this.inputs = inputs;
  }

  /** Returns how many were sent so far. */
  long sent() {
    return sent;
  }

  void ask(KademliaOutput.Ask ask) {
    host.peerstore().add(ask.peer());
    sent++;
    Call call = ask.call();
    CompletableFuture<KadMessage> answer =
        Exchange.call(
            host,
            call.peer(),
            protocol,
            KadCodec.INSTANCE,
            KadCodec.fitted(ask.request()),
            KadCodec.MESSAGE_BYTES_MAX,
            timeout);
    open.put(call, answer);
    CompletableFuture<Void> unused =
        answer.handle((message, failure) -> onEnded(call, answer, message, failure));
  }

  private @Nullable Void onEnded(
      Call call,
      CompletableFuture<KadMessage> ended,
      @Nullable KadMessage answer,
      @Nullable Throwable failure) {
    if (!open.remove(call, ended)) {
      // It was given up meanwhile.
      return null;
    }
    if (answer == null) {
      Failure how = host.isConnected(call.peer()) ? Failure.CONNECTED : failureOf(failure);
      inputs.accept((machine, now) -> machine.onFailure(call, how, now));
    } else {
      Multiaddr from = host.remoteAddress(call.peer()).orElse(null);
      KadMessage meant = ToldAddresses.meant(answer, from);
      inputs.accept((machine, now) -> machine.onAnswer(call, meant, from, now));
    }
    return null;
  }

  /** Returns whether this host was at a limit of its own, or closing, so that nobody was asked. */
  static boolean isUnasked(@Nullable Throwable failure) {
    return failure instanceof MeshException.Unreachable unreachable
        && (unreachable.reason() == MeshException.Unreachable.Reason.LIMIT
            || unreachable.reason() == MeshException.Unreachable.Reason.CLOSED);
  }

  private static Failure failureOf(@Nullable Throwable failure) {
    if (isUnasked(failure)) {
      return Failure.UNASKED;
    }
    return failure instanceof MeshException.StreamBroken broken
            && broken.reason() == ResetReason.CONNECTION_CLOSED
        ? Failure.BROKEN
        : Failure.SILENT;
  }

  void cancel(Call call) {
    CompletableFuture<KadMessage> answer = open.remove(call);
    if (answer != null) {
      answer.cancel(false);
    }
  }

  void close() {
    // Each one that ends looks itself up among them.
    List<CompletableFuture<KadMessage>> all = List.copyOf(open.values());
    open.clear();
    all.forEach(answer -> answer.cancel(false));
  }
}
