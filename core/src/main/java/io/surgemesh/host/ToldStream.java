package io.surgemesh.host;

import io.surgemesh.identity.ResetReason;
import io.surgemesh.machine.Loop;
import io.surgemesh.machine.Timer;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A stream on which a peer was told who we are: it waits for the peer to close its direction too,
 * on which the peer has nothing to say.
 *
 * <p>Reset when the peer says something all the same, or has not closed after {@link #TIMEOUT}, or
 * streams that cost it nothing would stay as long as its connection. Confined to the connection's
 * loop.
 */
final class ToldStream implements StreamListener {
  static final Duration TIMEOUT = Duration.ofSeconds(10);

  private @Nullable Timer timer;
  private boolean over;

  /** The peer has been told everything; called once. */
  void begin(Stream stream) {
    if (!over) {
      Loop loop = stream.connection().loop();
      timer = loop.arm(loop.nowNanos() + TIMEOUT.toNanos(), stream::reset);
    }
  }

  private void end() {
    over = true;
    if (timer != null) {
      timer.cancel();
    }
  }

  @Override
  public void onData(Stream from, ByteBuffer data) {
    from.reset();
    end();
  }

  @Override
  public void onRemoteClose(Stream from) {
    end();
  }

  @Override
  public void onReset(Stream from, ResetReason reason) {
    end();
  }
}
