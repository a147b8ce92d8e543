package io.surgemesh.benchmarks;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.surgemesh.dht.pb.Message;
import io.surgemesh.host.Exchange;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Sha256;
import io.surgemesh.simulator.SimulatedHost;
import java.util.ArrayList;
import java.util.List;

/**
 * Hosts that keep no record, and answer every question of the DHT with those nearest to what is
 * asked for of whom they know.
 *
 * <p>Most know their own number alone, and name it as closer peers and as providers: what hides
 * most from others, as nobody wastes time on them. Others know the honest peers and name those as
 * closer peers: they only sit where records belong.
 */
final class Conspiracy {
  private static final int MESSAGE_BYTES_MAX = 64 * 1024;
  private static final int NAMED = 20;

  private record Member(long word, Message.Peer named) {}

  private final boolean liesOfProviders;

  // Whoever is named; by key, as unsigned numbers.
  private final List<Member> members = new ArrayList<>();

  /** Creates one of nobody, whose hosts are to name their own number. */
  Conspiracy() {
    this(true);
  }

  private Conspiracy(boolean liesOfProviders) {
    this.liesOfProviders = liesOfProviders;
  }

  /** Returns one whose hosts name these peers as closer ones, and nobody as a provider. */
  static Conspiracy naming(List<SimulatedHost> honest) {
    Conspiracy conspiracy = new Conspiracy(false);
    conspiracy.know(honest);
    return conspiracy;
  }

  /** Lets hosts answer like this from now on; each knows all others. */
  void join(List<SimulatedHost> hosts) {
    know(hosts);
    serve(hosts);
  }

  private void know(List<SimulatedHost> hosts) {
    for (SimulatedHost host : hosts) {
      Message.Peer named =
          Message.Peer.newBuilder()
              .setId(ByteString.copyFrom(host.peerId().encode()))
              .addAddrs(ByteString.copyFrom(host.addresses().get(0).encode()))
              .build();
      members.add(new Member(host.peerId().sha256().word0(), named));
    }
    members.sort(KeyOrder.ascending(Member::word));
  }

  /** Lets hosts answer like this from now on, without being named. */
  void serve(List<SimulatedHost> hosts) {
    for (SimulatedHost host : hosts) {
      Exchange.serve(
          host,
          DhtCrowd.KAD,
          FrameCodec.bytes(),
          MESSAGE_BYTES_MAX,
          (from, request) -> answer(request));
    }
  }

  private byte[] answer(byte[] request) throws MalformedMessageException {
    try {
      Message asked = Message.parseFrom(request);
      Message.Builder answer = Message.newBuilder().setType(asked.getType()).setKey(asked.getKey());
      Bytes key = Bytes.of(asked.getKey().toByteArray());
      List<Message.Peer> nearest = nearest(Sha256.of(key).word0());
      answer.addAllCloserPeers(nearest);
      if (liesOfProviders && asked.getType() == Message.MessageType.GET_PROVIDERS) {
        answer.addAllProviderPeers(nearest);
      }
      return answer.build().toByteArray();
    } catch (InvalidProtocolBufferException garbage) {
      throw new MalformedMessageException("no request");
    }
  }

  /** Returns the nearest members: of the shortest prefix shared with the target by enough. */
  private List<Message.Peer> nearest(long target) {
    int from = 0;
    int to = members.size();
    for (int bits = 1; bits < Long.SIZE; bits++) {
      long first = target & (-1L << (Long.SIZE - bits));
      long last = first | (-1L >>> bits);
      int nextFrom = firstFrom(first);
      int nextTo = last == -1 ? members.size() : firstFrom(last + 1);
      if (nextTo - nextFrom < NAMED) {
        break;
      }
      from = nextFrom;
      to = nextTo;
    }
    return members.subList(from, to).stream()
        .sorted(KeyOrder.nearestTo(target, Member::word))
        .limit(NAMED)
        .map(Member::named)
        .toList();
  }

  private int firstFrom(long word) {
    return KeyOrder.firstFrom(place -> members.get(place).word, word, 0, members.size());
  }
}
