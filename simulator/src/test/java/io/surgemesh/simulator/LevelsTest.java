package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.FrameChannel;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.host.FrameListener;
import io.surgemesh.host.Ping;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** What applications see of the network is the same at both levels. */
class LevelsTest {
  private static final ProtocolId CHAT = new ProtocolId("/test/chat/1.0.0");
  private static final int NODES = 6;
  private static final int CALLS = 10;
  private static final int FRAME_BYTES_MAX = 1 << 20;

  @Test
  void everyStreamHasTheSameFramesAndTheSameEndAtBothLevels() {
    Map<String, List<String>> atStreamLevel = chat(Level.STREAMS);
    assertThat(atStreamLevel).hasSizeGreaterThan(NODES * CALLS);
    assertThat(atStreamLevel.toString())
        .contains("closed", "reset REMOTE", "ProtocolNotSupported", "wrong peer", "connect failed");
    Map<String, List<String>> atByteLevel = chat(Level.BYTES);
    assertThat(atByteLevel.keySet()).isEqualTo(atStreamLevel.keySet());
    atStreamLevel.forEach(
        (stream, events) -> assertThat(atByteLevel.get(stream)).as(stream).isEqualTo(events));
  }

  /** Returns what each end of each stream heard, and how each call failed that did. */
  private static Map<String, List<String>> chat(Level level) {
    Map<String, List<String>> logs = new TreeMap<>();
    SimulatedNetwork network = new SimulatedNetwork(3, NetworkConfig.defaults(3).withLevel(level));
    List<SimulatedHost> hosts = network.addHosts(NODES);
    for (SimulatedHost host : hosts) {
      host.handle(CHAT, stream -> new Answerer(host, logs).channel.bind(stream));
      hosts.forEach(other -> host.peerstore().addAddresses(other.peerId(), other.addresses()));
    }
    for (SimulatedHost host : hosts) {
      SplittableRandom random = new SplittableRandom(host.index());
      for (int call = 0; call < CALLS; call++) {
        SimulatedHost other = hosts.get((host.index() + 1 + random.nextInt(NODES - 1)) % NODES);
        ProtocolId protocol = random.nextInt(8) == 0 ? new ProtocolId("/test/unknown") : CHAT;
        long seed = random.nextLong();
        Caller caller = new Caller(host, host.index() + "." + call, seed, logs);
        host.loop()
            .arm(random.nextLong(5_000_000_000L), () -> caller.call(other.peerId(), protocol));
      }
    }
    failToDial(hosts.get(0), hosts.get(1), logs);
    ping(hosts.get(2), hosts.get(3), logs);
    network.time().runFor(Duration.ofMinutes(1));
    for (SimulatedHost host : hosts) {
      List<String> known = logs.computeIfAbsent("host " + host.index(), k -> new ArrayList<>());
      known.add(host.connectedPeers().toString());
      for (PeerId peer : host.connectedPeers()) {
        known.add(host.peerstore().protocols(peer) + " " + host.peerstore().addresses(peer));
      }
    }
    return logs;
  }

  private static void failToDial(
      SimulatedHost host, SimulatedHost other, Map<String, List<String>> logs) {
    SimulatedHost stranger = host.network().addHost();
    host.peerstore().addAddresses(stranger.peerId(), other.addresses());
    SimulatedHost gone = host.network().addHost();
    gone.close();
    for (SimulatedHost target : List.of(stranger, gone)) {
      host.peerstore().addAddresses(gone.peerId(), gone.addresses());
      host.connect(target.peerId())
          .whenComplete(
              (connection, failure) ->
                  logs.put("dial " + target.index(), List.of(failure.toString())));
    }
  }

  private static void ping(
      SimulatedHost host, SimulatedHost other, Map<String, List<String>> logs) {
    Ping.ping(host, other.peerId(), Duration.ofSeconds(5))
        .whenComplete(
            (took, failure) -> logs.put("ping", List.of(failure == null ? "pong" : "silence")));
  }

  /** Answers each frame with some of its own, and ends its direction after the other side. */
  private static final class Answerer implements FrameListener<byte[]> {
    private final FrameChannel<byte[]> channel;
    private final SimulatedHost host;
    private final Map<String, List<String>> logs;
    private List<String> log = new ArrayList<>();

    Answerer(SimulatedHost host, Map<String, List<String>> logs) {
      this.host = host;
      this.logs = logs;
      this.channel = new FrameChannel<>(host.loop(), FrameCodec.bytes(), FRAME_BYTES_MAX, this);
    }

    @Override
    public void onFrame(FrameChannel<byte[]> from, byte[] frame) {
      if (log.isEmpty()) {
        String name = new String(frame, StandardCharsets.UTF_8);
        logs.put("answerer " + name, log);
        log.add(name + " to " + host.index());
        return;
      }
      log.add(frame.length + " bytes " + Arrays.hashCode(frame));
      from.send(frame);
    }

    @Override
    public void onRemoteClose(FrameChannel<byte[]> from) {
      log.add("closed");
      from.send(new byte[] {1});
      from.closeWrite();
    }

    @Override
    public void onReset(FrameChannel<byte[]> from, ResetReason reason) {
      log.add("reset " + reason);
    }
  }

  /** Says its name, sends frames of any size, and ends by closing or, now and then, a reset. */
  private static final class Caller implements FrameListener<byte[]> {
    private final FrameChannel<byte[]> channel;
    private final SimulatedHost host;
    private final String name;
    private final SplittableRandom random;
    private final List<String> log = new ArrayList<>();
    private int framesLeft;

    Caller(SimulatedHost host, String name, long seed, Map<String, List<String>> logs) {
      this.host = host;
      this.name = name;
      this.random = new SplittableRandom(seed);
      this.framesLeft = random.nextInt(8);
      this.channel = new FrameChannel<>(host.loop(), FrameCodec.bytes(), FRAME_BYTES_MAX, this);
      logs.put("caller " + name, log);
    }

    void call(PeerId peer, ProtocolId protocol) {
      boolean eager = random.nextInt(3) == 0;
      (eager ? host.openEagerly(peer, protocol, channel) : host.open(peer, protocol, channel))
          .whenComplete(
              (stream, failure) -> {
                if (stream == null) {
                  log.add(
                      (failure instanceof CompletionException wrapped
                              ? wrapped.getCause()
                              : failure)
                          .toString());
                } else {
                  channel.bind(stream);
                  channel.send(name.getBytes(StandardCharsets.UTF_8));
                  sendNext();
                }
              });
    }

    /** Sends some frames before any answer, so that both directions are busy at once. */
    private void sendNext() {
      for (int i = random.nextInt(3); i >= 0 && framesLeft > 0; i--, framesLeft--) {
        byte[] frame = new byte[1 + random.nextInt(1 << random.nextInt(18))];
        random.nextBytes(frame);
        channel.send(frame);
      }
      if (framesLeft == 0) {
        framesLeft--;
        if (random.nextInt(6) == 0) {
          // Once all that was sent has long arrived.
          host.loop().arm(host.loop().nowNanos() + 5_000_000_000L, channel::reset);
        } else {
          channel.closeWrite();
        }
      }
    }

    @Override
    public void onFrame(FrameChannel<byte[]> from, byte[] frame) {
      log.add(frame.length + " bytes " + Arrays.hashCode(frame));
      sendNext();
    }

    @Override
    public void onRemoteClose(FrameChannel<byte[]> from) {
      log.add("closed");
    }

    @Override
    public void onReset(FrameChannel<byte[]> from, ResetReason reason) {
      log.add("reset " + reason);
    }
  }
}
