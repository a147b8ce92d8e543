package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.multiformats.Multihash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Peers without keys, numbered, and what tests do with them. */
final class TestPeers {
  static final long SECOND = 1_000_000_000L;
  static final long MINUTE = 60 * SECOND;

  /** Where peers answer, which is in no group. */
  static final Multiaddr AT = Multiaddr.of("/ip4/10.0.0.1/tcp/4001");

  private TestPeers() {}

  static PeerId peer(int number) {
    try {
      return PeerId.decode(Multihash.sha256(("peer " + number).getBytes(UTF_8)).encode());
    } catch (MalformedMessageException impossible) {
      throw new AssertionError(impossible);
    }
  }

  static Multiaddr address(int number) {
    return Multiaddr.of(
        "/ip4/10."
            + (number >> 16 & 0xff)
            + "."
            + (number >> 8 & 0xff)
            + "."
            + (number & 0xff)
            + "/tcp/4001");
  }

  static PeerInfo info(int number) {
    return new PeerInfo(peer(number), List.of(address(number)));
  }

  static List<PeerInfo> infos(int from, int to) {
    return IntStream.range(from, to).mapToObj(TestPeers::info).toList();
  }

  static Bytes key(String text) {
    return Bytes.of(Multihash.sha256(text.getBytes(UTF_8)).encode());
  }

  /** Returns the peers sorted by distance, by the definition and not by our code. */
  static List<PeerId> sorted(List<PeerId> peers, Key target) {
    return peers.stream().sorted(Comparator.comparing(p -> target.distanceTo(Key.of(p)))).toList();
  }

  static <O> List<O> drain(Machine<O> machine) {
    List<O> outputs = new ArrayList<>();
    for (O output = machine.poll(); output != null; output = machine.poll()) {
      outputs.add(output);
    }
    return outputs;
  }

  private static final java.nio.charset.Charset UTF_8 = StandardCharsets.UTF_8;
}
