package io.surgemesh.netty;

import io.surgemesh.host.Rule;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import io.surgemesh.multiformats.Multiaddr;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes {@link MisbehaviourLines} to the log. Thread-safe. */
final class MisbehaviourLog {
  private static final Logger LOG = LoggerFactory.getLogger(MisbehaviourLog.class);

  private final NettyLoop loop;
  private final Consumer<String> sink;
  private final MisbehaviourLines machine = new MisbehaviourLines();
  private boolean armed;

  MisbehaviourLog(NettyLoop loop) {
    this(loop, LOG::warn);
  }

  /** Creates a log that writes elsewhere. */
  MisbehaviourLog(NettyLoop loop, Consumer<String> sink) {
    this.loop = loop;
    this.sink = sink;
  }

  synchronized void misbehaved(
      @Nullable PeerId peer, Multiaddr address, Rule rule, Rule.Reaction reaction) {
    machine.onMisbehaved(peer, address, rule, reaction, loop.nowNanos());
    perform();
  }

  private synchronized void onTimeout() {
    armed = false;
    machine.onTimeout(loop.nowNanos());
    perform();
  }

  private void perform() {
    for (String line = machine.poll(); line != null; line = machine.poll()) {
      sink.accept(line);
    }
    long deadlineNanos = machine.deadlineNanos();
    if (!armed && deadlineNanos != Machine.NEVER) {
      armed = true;
      var unused = loop.arm(deadlineNanos, this::onTimeout);
    }
  }
}
