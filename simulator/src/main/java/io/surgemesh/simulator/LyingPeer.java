package io.surgemesh.simulator;

import io.surgemesh.host.FrameChannel;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.host.FrameListener;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.machine.Timer;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Has another peer answer what it is asked, and says something else.
 *
 * <p>Knows of a protocol only that it carries frames. Has at most {@value #RELAYS_MAX} streams of
 * askers at once, each for {@value #RELAY_SECONDS} s; further ones are reset, as is one that brings
 * what another asker waits for: among several liars a question would else go round for ever.
 */
final class LyingPeer implements HostilePeer {
  static final int RELAYS_MAX = 64;
  static final int RELAY_SECONDS = 10;

  /** The longest frame that is passed on; a longer one ends its stream. */
  static final int FRAME_BYTES_MAX = 64 * 1024;

  /** As many questions wait until there is a stream to who is to answer. */
  static final int WAITING_MAX = 16;

  private static final long RELAY_NANOS = Duration.ofSeconds(RELAY_SECONDS).toNanos();

  private final List<ProtocolId> protocols;

  LyingPeer(List<ProtocolId> protocols) {
    this.protocols = List.copyOf(protocols);
  }

  @Override
  public void start(SimulatedHost host, List<Multiaddr> known, RandomGenerator random) {
    Relays relays = new Relays(host, random);
    for (ProtocolId protocol : protocols) {
      // Each has its own: what was said in another would not even be read.
      Lies lies = new Lies(random);
      host.handle(protocol, stream -> relays.accept(stream, protocol, lies));
    }
    new Prowler(host, known, random).stayConnected();
  }

  /** The streams of askers that go on. */
  private static final class Relays {
    private final SimulatedHost host;
    private final RandomGenerator random;
    private final List<Relay> open = new ArrayList<>();

    Relays(SimulatedHost host, RandomGenerator random) {
      this.host = host;
      this.random = random;
    }

    StreamListener accept(Stream stream, ProtocolId protocol, Lies lies) {
      Optional<PeerId> answerer = anyoneElse(stream.connection().remotePeer(), protocol);
      if (answerer.isEmpty() || open.size() == RELAYS_MAX) {
        stream.reset();
        return Prowler.DEAF;
      }
      Relay relay = new Relay(this, lies, answerer.get(), protocol);
      open.add(relay);
      return relay.asker.bind(stream);
    }

    boolean isAskedByAnother(PeerId asker, byte[] question) {
      return open.stream()
          .anyMatch(
              relay ->
                  Arrays.equals(relay.question, question)
                      && !relay.asker.remotePeer().equals(asker));
    }

    /** Returns one of the connected peers that say they serve a protocol. */
    private Optional<PeerId> anyoneElse(PeerId asker, ProtocolId protocol) {
      List<PeerId> peers = new ArrayList<>(host.connectedPeers());
      peers.removeIf(
          peer -> peer.equals(asker) || !host.peerstore().protocols(peer).contains(protocol));
      return peers.isEmpty()
          ? Optional.empty()
          : Optional.of(peers.get(random.nextInt(peers.size())));
    }
  }

  /** One asker's stream, and that to the peer which answers. */
  private static final class Relay implements FrameListener<byte[]> {
    private final Relays relays;
    private final Lies lies;
    private final PeerId peer;
    private final ProtocolId protocol;
    private final FrameChannel<byte[]> asker;
    private final FrameChannel<byte[]> answerer;
    private final Timer limit;
    private final List<byte[]> waiting = new ArrayList<>();
    private byte[] question = {};
    private boolean asked;
    private @Nullable Stream answering;
    private boolean askerClosed;
    private boolean over;

    Relay(Relays relays, Lies lies, PeerId peer, ProtocolId protocol) {
      SimulatedHost host = relays.host;
      this.relays = relays;
      this.lies = lies;
      this.peer = peer;
      this.protocol = protocol;
      this.asker = new FrameChannel<>(host.loop(), FrameCodec.bytes(), FRAME_BYTES_MAX, this);
      this.answerer = new FrameChannel<>(host.loop(), FrameCodec.bytes(), FRAME_BYTES_MAX, this);
      this.limit = host.loop().arm(host.loop().nowNanos() + RELAY_NANOS, this::end);
    }

    /** Not before there is a question: liars would open streams to each other for ever. */
    private void openOnce() {
      if (!asked) {
        asked = true;
        relays
            .host
            .open(peer, protocol, answerer)
            .whenComplete((opened, failure) -> onOpened(opened));
      }
    }

    private void onOpened(@Nullable Stream opened) {
      if (opened == null) {
        end();
      } else if (over) {
        opened.reset();
      } else {
        answering = opened;
        answerer.bind(opened);
        waiting.forEach(answerer::send);
        waiting.clear();
        if (askerClosed) {
          answerer.closeWrite();
        }
      }
    }

    @Override
    public void onFrame(FrameChannel<byte[]> channel, byte[] frame) {
      if (channel == answerer) {
        pass(asker, lies.insteadOf(question, frame));
        return;
      }
      if (relays.isAskedByAnother(asker.remotePeer(), frame)) {
        end();
        return;
      }
      question = frame;
      if (answering != null) {
        pass(answerer, frame);
      } else if (waiting.size() < WAITING_MAX) {
        waiting.add(frame);
        openOnce();
      } else {
        end();
      }
    }

    private void pass(FrameChannel<byte[]> to, byte[] frame) {
      if (to.isWritable()) {
        to.send(frame);
      } else {
        end();
      }
    }

    @Override
    public void onRemoteClose(FrameChannel<byte[]> channel) {
      if (channel == answerer) {
        asker.closeWrite();
        if (askerClosed) {
          finish();
        }
        return;
      }
      askerClosed = true;
      if (answering != null) {
        answerer.closeWrite();
      }
    }

    @Override
    public void onReset(FrameChannel<byte[]> channel, ResetReason reason) {
      end();
    }

    private void end() {
      if (!over) {
        asker.reset();
        answerer.reset();
        finish();
      }
    }

    private void finish() {
      if (!over) {
        over = true;
        limit.cancel();
        relays.open.remove(this);
      }
    }
  }
}
