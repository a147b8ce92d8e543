package io.surgemesh.vopr;

import com.google.protobuf.ByteString;
import io.surgemesh.dht.pb.Message;
import io.surgemesh.dht.pb.Message.MessageType;
import io.surgemesh.host.Exchange;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.identity.PeerId;
import io.surgemesh.market.MeshName;
import io.surgemesh.market.OfferTopic;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.simulator.HostilePeer;
import io.surgemesh.simulator.SimulatedHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Answers searches with peers that do not exist, with itself, with others' ids at its own address,
 * or with nonsense; and says that it provides whatever is searched for.
 */
final class LyingRouter implements HostilePeer {
  private static final int MESSAGE_BYTES_MAX = 64 * 1024;
  private static final int PEERS_MAX = 40;
  private static final Duration ANNOUNCING = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Trade trade;

  LyingRouter(Trade trade) {
    this.trade = trade;
  }

  @Override
  public void start(SimulatedHost host, List<Multiaddr> known, RandomGenerator random) {
    Contacts contacts = new Contacts(host, known, random);
    Liar liar = new Liar(host, contacts, random, trade.topic().family());
    Exchange.serve(
        host,
        Hostile.Protocols.KAD,
        FrameCodec.bytes(),
        MESSAGE_BYTES_MAX,
        (from, request) -> liar.answer(request));
    contacts.stayConnected();
    contacts.every(ANNOUNCING, () -> contacts.anyone().ifPresent(liar::announceTo));
  }

  private record Liar(
      SimulatedHost host, Contacts contacts, RandomGenerator random, String family) {
    byte[] answer(byte[] request) {
      Message.Builder answer;
      try {
        Message asked = Message.parseFrom(request);
        answer = Message.newBuilder().setType(asked.getType()).setKey(asked.getKey());
      } catch (com.google.protobuf.InvalidProtocolBufferException garbage) {
        return request;
      }
      switch (random.nextInt(6)) {
        case 0 -> answer.setType(MessageType.forNumber(random.nextInt(6)));
        case 1 -> {
          return noise();
        }
        case 2 -> answer.addCloserPeers(self()).addProviderPeers(self());
        default -> {
          for (Message.Peer peer : madeUp()) {
            answer.addCloserPeers(peer);
            if (random.nextBoolean()) {
              answer.addProviderPeers(peer);
            }
          }
        }
      }
      return answer.build().toByteArray();
    }

    private byte[] noise() {
      byte[] noise = new byte[random.nextInt(1000)];
      random.nextBytes(noise);
      return noise;
    }

    private List<Message.Peer> madeUp() {
      List<Message.Peer> peers = new ArrayList<>();
      int lie = random.nextInt(4);
      for (int i = random.nextInt(PEERS_MAX); i >= 0; i--) {
        peers.add(
            switch (lie) {
              case 0 -> peer(contacts.nobody(), contacts.nowhere());
              case 1 -> peer(contacts.nobody(), contacts.anyAddress());
              case 2 ->
                  peer(contacts.anyone().orElseGet(contacts::nobody), host.addresses().get(0));
              default -> peer(contacts.anyone().orElseGet(contacts::nobody), contacts.nowhere());
            });
      }
      return peers;
    }

    private Message.Peer self() {
      return peer(host.peerId(), host.addresses().get(0));
    }

    private static Message.Peer peer(PeerId id, Multiaddr address) {
      return Message.Peer.newBuilder()
          .setId(ByteString.copyFrom(id.encode()))
          .addAddrs(ByteString.copyFrom(address.encode()))
          .build();
    }

    void announceTo(PeerId peer) {
      String said = random.nextBoolean() ? family : "x" + random.nextInt(1000);
      Message record =
          Message.newBuilder()
              .setType(MessageType.ADD_PROVIDER)
              .setKey(
                  ByteString.copyFrom(
                      new OfferTopic(MeshName.PUBLIC, said)
                          .capability()
                          .key(MeshName.PUBLIC)
                          .toByteArray()))
              .addProviderPeers(
                  random.nextInt(4) == 0 ? peer(contacts.nobody(), contacts.nowhere()) : self())
              .build();
      Exchange.tell(
              host, peer, Hostile.Protocols.KAD, FrameCodec.bytes(), record.toByteArray(), TIMEOUT)
          .whenComplete((sent, failure) -> {});
    }
  }
}
