package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.machine.Loop;
import io.surgemesh.machine.MachineDriver;
import io.surgemesh.machine.Timer;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives {@link AutoNatServer}: one question and one answer on a stream. A stream with a second
 * question or anything else is reset, as is one on which none comes, or that is not closed after
 * the answer, for {@value #WAIT_SECONDS} s.
 */
final class AutoNatResponder {
  static final int WAIT_SECONDS = 10;

  private static final Logger LOG = LoggerFactory.getLogger(AutoNatResponder.class);

  private final Host host;
  private final Loop loop;
  private final MachineDriver<AutoNatServer, AutoNatServer.Output> driver;
  // Those whose question is not answered yet: at most AutoNatServer.DIALS_MAX, and the one that is
  // being taken.
  private final Map<Long, Asking> askers = new LinkedHashMap<>();
  private final Map<Long, CompletableFuture<Multiaddr>> dials = new LinkedHashMap<>();
  private long ticketNext;

  AutoNatResponder(Host host) {
    this.host = host;
    this.loop = host.loop();
    this.driver =
        new MachineDriver<>(
            loop,
            new AutoNatServer(),
            this::perform,
            bug -> LOG.error("bug in dialling peers that ask for it, given up", bug));
  }

  /** Begins; from any thread. */
  void serve() {
    host.handle(
        AutoNat.PROTOCOL,
        stream -> {
          Asking asking = new Asking(stream.connection().remoteAddress());
          FrameChannel<AutoNatMessage> channel =
              new FrameChannel<>(
                      loop, AutoNatCodec.INSTANCE, AutoNatCodec.MESSAGE_BYTES_MAX, asking)
                  .bind(stream);
          loop.dispatch(() -> asking.begin(channel));
          return channel;
        });
  }

  /** Dials nobody any more; on the host's loop. */
  void close() {
    host.unhandle(AutoNat.PROTOCOL);
    driver.stop();
    dials.values().forEach(dial -> dial.cancel(false));
    dials.clear();
    askers.clear();
  }

  private void perform(AutoNatServer.Output output) {
    if (output instanceof AutoNatServer.Output.Answer answer) {
      Asking asker = askers.remove(answer.ticket());
      if (asker != null) {
        asker.answer(answer.response());
      }
    } else if (output instanceof AutoNatServer.Output.DialBack back) {
      dial(back.ticket(), back.peer());
    } else if (output instanceof AutoNatServer.Output.Abandon abandon) {
      CompletableFuture<Multiaddr> dial = dials.remove(abandon.ticket());
      if (dial != null) {
        dial.cancel(false);
      }
    } else {
      throw new AssertionError(output);
    }
  }

  private void dial(long ticket, PeerInfo peer) {
    CompletableFuture<Multiaddr> dial = host.dialBack(peer);
    dials.put(ticket, dial);
    CompletableFuture<Multiaddr> unused =
        dial.whenComplete(
            (reached, failure) ->
                loop.execute(() -> onDialed(ticket, Optional.ofNullable(reached))));
  }

  private void onDialed(long ticket, Optional<Multiaddr> reached) {
    dials.remove(ticket);
    driver.input((server, now) -> server.onDialed(ticket, reached, now));
  }

  /** One stream on which a peer asks; on the host's loop. */
  private final class Asking implements FrameListener<AutoNatMessage> {
    private static final long NONE = -1;

    private final Multiaddr remote;
    private @Nullable FrameChannel<AutoNatMessage> asked;
    private @Nullable Timer timer;
    private long ticket = NONE;
    private boolean over;

    Asking(Multiaddr remote) {
      this.remote = remote;
    }

    void begin(FrameChannel<AutoNatMessage> channel) {
      if (asked == null && !over) {
        await(channel);
      }
    }

    private void await(FrameChannel<AutoNatMessage> channel) {
      long nanos = Duration.ofSeconds(WAIT_SECONDS).toNanos();
      timer = loop.arm(loop.nowNanos() + nanos, () -> reset(channel));
    }

    @Override
    public void onFrame(FrameChannel<AutoNatMessage> channel, AutoNatMessage message) {
      if (asked != null || !(message instanceof AutoNatMessage.Dial question)) {
        reset(channel);
        return;
      }
      cancel();
      asked = channel;
      ticket = ticketNext++;
      askers.put(ticket, this);
      PeerId from = channel.remotePeer();
      driver.input((server, now) -> server.onDial(ticket, from, remote, question, now));
    }

    void answer(AutoNatMessage response) {
      FrameChannel<AutoNatMessage> channel = asked;
      if (channel != null) {
        channel.send(response);
        channel.closeWrite();
        await(channel);
      }
    }

    @Override
    public void onRemoteClose(FrameChannel<AutoNatMessage> channel) {
      // The question may be all that the peer has to say.
      if (asked == null) {
        channel.closeWrite();
        end();
      } else if (!askers.containsKey(ticket)) {
        end();
      }
    }

    @Override
    public void onReset(FrameChannel<AutoNatMessage> channel, ResetReason reason) {
      end();
    }

    private void reset(FrameChannel<AutoNatMessage> channel) {
      channel.reset();
      end();
    }

    private void end() {
      over = true;
      cancel();
      askers.remove(ticket);
    }

    private void cancel() {
      if (timer != null) {
        timer.cancel();
        timer = null;
      }
    }
  }
}
