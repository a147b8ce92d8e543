package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Loop;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells connected peers when what this host tells of itself has changed (libp2p identify spec,
 * identify/push).
 *
 * <p>Changes within {@link #DELAY} of the first are told together, so a peer gets at most one
 * message in that time. Only peers that said they take them get one; whoever connects later asks.
 */
final class IdentifyPush {
  /** How long a change waits for others. */
  static final Duration DELAY = Duration.ofSeconds(1);

  private final Host host;
  private final Supplier<IdentifyMessage> message;
  private final Consumer<Stream> tell;

  // Confined to the host's loop.
  private boolean waiting;
  private @Nullable IdentifyMessage pushed;

  /**
   * Creates it.
   *
   * @param message what is told now, the same object as long as it is the same
   * @param tell writes it to a stream and closes this direction
   */
  IdentifyPush(Host host, Supplier<IdentifyMessage> message, Consumer<Stream> tell) {
    this.host = host;
    this.message = message;
    this.tell = tell;
  }

  /** Takes note that something may have changed; from any thread. */
  void changed() {
    if (!host.connectedPeers().isEmpty()) {
      host.loop().execute(this::await);
    }
  }

  private void await() {
    if (!waiting) {
      waiting = true;
      Loop loop = host.loop();
      loop.arm(loop.nowNanos() + DELAY.toNanos(), this::push);
    }
  }

  private void push() {
    waiting = false;
    IdentifyMessage present = message.get();
    if (present.equals(pushed)) {
      return;
    }
    pushed = present;
    for (PeerId peer : host.connectedPeers()) {
      if (host.peerstore().protocols(peer).contains(Identify.PUSH)) {
        ToldStream listener = new ToldStream();
        host.open(peer, Identify.PUSH, listener)
            .whenComplete(
                (stream, failure) -> {
                  // Whoever cannot be told now asks when it connects again.
                  if (stream != null) {
                    tell.accept(stream);
                    stream.connection().loop().execute(() -> listener.begin(stream));
                  }
                });
      }
    }
  }
}
