package io.surgemesh.vopr;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.surgemesh.gossip.pb.ControlGraft;
import io.surgemesh.gossip.pb.ControlIHave;
import io.surgemesh.gossip.pb.ControlIWant;
import io.surgemesh.gossip.pb.ControlMessage;
import io.surgemesh.gossip.pb.ControlPrune;
import io.surgemesh.gossip.pb.Message;
import io.surgemesh.gossip.pb.RPC;
import io.surgemesh.host.FrameChannel;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.host.FrameListener;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.simulator.HostilePeer;
import io.surgemesh.simulator.SimulatedHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Gossips what nobody should believe: garbage, offers with a bit changed, old offers again and
 * again, messages it does not have, prunes for ever.
 */
final class LyingGossip implements HostilePeer {
  private static final int RPC_BYTES_MAX = 1 << 20;
  private static final int HEARD_MAX = 200;
  private static final int ID_BYTES = 32;
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Trade trade;

  LyingGossip(Trade trade) {
    this.trade = trade;
  }

  @Override
  public void start(SimulatedHost host, List<Multiaddr> known, RandomGenerator random) {
    Contacts contacts = new Contacts(host, known, random);
    Gossiper gossiper = new Gossiper(host, trade.topic().name(), random);
    host.handle(
        Hostile.Protocols.GOSSIP,
        stream ->
            new FrameChannel<>(host.loop(), FrameCodec.bytes(), RPC_BYTES_MAX, gossiper)
                .bind(stream));
    contacts.stayConnected();
    contacts.every(PAUSE, () -> contacts.anyone().ifPresent(gossiper::speakTo));
  }

  private static final class Gossiper implements FrameListener<byte[]> {
    private final SimulatedHost host;
    private final String topic;
    private final RandomGenerator random;
    private final Map<PeerId, FrameChannel<byte[]>> open = new LinkedHashMap<>();
    private final List<ByteString> heard = new ArrayList<>();

    Gossiper(SimulatedHost host, String topic, RandomGenerator random) {
      this.host = host;
      this.topic = topic;
      this.random = random;
    }

    void speakTo(PeerId peer) {
      FrameChannel<byte[]> channel = open.get(peer);
      if (channel != null) {
        if (channel.isWritable()) {
          channel.send(lie().toByteArray());
        }
        return;
      }
      FrameChannel<byte[]> fresh =
          new FrameChannel<>(host.loop(), FrameCodec.bytes(), RPC_BYTES_MAX, this);
      host.open(peer, Hostile.Protocols.GOSSIP, fresh)
          .whenComplete(
              (stream, failure) -> {
                if (stream != null) {
                  open.put(peer, fresh.bind(stream));
                  fresh.send(greeting().toByteArray());
                }
              });
    }

    private RPC greeting() {
      return RPC.newBuilder()
          .addSubscriptions(RPC.SubOpts.newBuilder().setSubscribe(true).setTopicid(topic))
          .setControl(
              ControlMessage.newBuilder().addGraft(ControlGraft.newBuilder().setTopicID(topic)))
          .build();
    }

    private RPC lie() {
      RPC.Builder rpc = RPC.newBuilder();
      switch (random.nextInt(8)) {
        case 0 -> rpc.addPublish(message(noise(1000)));
        case 1 -> rpc.addPublish(message(changed()));
        case 2 -> rpc.addPublish(message(old()));
        case 3 -> rpc.addPublish(message(old()).setSeqno(noise(8)).setFrom(noise(38)));
        case 4 -> {
          ControlIHave.Builder have = ControlIHave.newBuilder().setTopicID(topic);
          for (int i = random.nextInt(50); i >= 0; i--) {
            have.addMessageIDs(noiseOf(ID_BYTES));
          }
          rpc.setControl(ControlMessage.newBuilder().addIhave(have));
        }
        case 5 -> {
          ControlIWant.Builder want = ControlIWant.newBuilder();
          for (int i = random.nextInt(50); i >= 0; i--) {
            want.addMessageIDs(noiseOf(ID_BYTES));
          }
          rpc.setControl(ControlMessage.newBuilder().addIwant(want));
        }
        case 6 ->
            rpc.setControl(
                ControlMessage.newBuilder()
                    .addGraft(ControlGraft.newBuilder().setTopicID(topic))
                    .addPrune(
                        ControlPrune.newBuilder().setTopicID(topic).setBackoff(random.nextLong())));
        default ->
            rpc.addSubscriptions(
                RPC.SubOpts.newBuilder()
                    .setSubscribe(random.nextBoolean())
                    .setTopicid(random.nextBoolean() ? topic : "t" + random.nextInt(1000)));
      }
      return rpc.build();
    }

    private Message.Builder message(ByteString data) {
      return Message.newBuilder().setTopic(topic).setData(data);
    }

    private ByteString old() {
      return heard.isEmpty() ? noise(100) : heard.get(random.nextInt(heard.size()));
    }

    private ByteString changed() {
      byte[] data = old().toByteArray();
      if (data.length > 0) {
        data[random.nextInt(data.length)] ^= (byte) (1 << random.nextInt(8));
      }
      return ByteString.copyFrom(data);
    }

    private ByteString noise(int bytesMax) {
      return noiseOf(1 + random.nextInt(bytesMax));
    }

    private ByteString noiseOf(int bytes) {
      byte[] noise = new byte[bytes];
      random.nextBytes(noise);
      return ByteString.copyFrom(noise);
    }

    @Override
    public void onFrame(FrameChannel<byte[]> channel, byte[] frame) {
      try {
        for (Message message : RPC.parseFrom(frame).getPublishList()) {
          if (heard.size() == HEARD_MAX) {
            heard.remove(random.nextInt(HEARD_MAX));
          }
          heard.add(message.getData());
        }
      } catch (InvalidProtocolBufferException garbage) {
        channel.reset();
      }
    }

    @Override
    public void onRemoteClose(FrameChannel<byte[]> channel) {
      open.values().remove(channel);
    }

    @Override
    public void onReset(FrameChannel<byte[]> channel, ResetReason reason) {
      open.values().remove(channel);
    }
  }
}
