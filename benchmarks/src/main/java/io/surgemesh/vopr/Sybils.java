package io.surgemesh.vopr;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.surgemesh.dht.pb.Message;
import io.surgemesh.host.Exchange;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.simulator.HostilePeer;
import io.surgemesh.simulator.SimulatedHost;
import io.surgemesh.simulator.Sybil;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Many identities of one attacker, all near the key of one victim, that know only each other. */
final class Sybils {
  private static final int MESSAGE_BYTES_MAX = 64 * 1024;
  private static final int PREFIX_BITS = 4;

  private final PeerId victim;
  private final RandomGenerator random;
  private final List<SimulatedHost> hosts = new ArrayList<>();

  Sybils(PeerId victim, RandomGenerator random) {
    this.victim = victim;
    this.random = random;
  }

  /** Returns a key pair whose peer is near the victim in Kademlia's metric. */
  KeyPair nearKey() {
    return Sybil.nearKey(victim, PREFIX_BITS, random);
  }

  /** Returns one of them. */
  HostilePeer peer() {
    return (host, known, random) -> {
      hosts.add(host);
      Exchange.serve(
          host,
          Hostile.Protocols.KAD,
          FrameCodec.bytes(),
          MESSAGE_BYTES_MAX,
          (from, request) -> answer(request));
      new Contacts(host, known, random).stayConnected();
    };
  }

  /** Every question is answered with all of them: nearer than anybody, provider of anything. */
  private byte[] answer(byte[] request) throws MalformedMessageException {
    try {
      Message asked = Message.parseFrom(request);
      Message.Builder answer = Message.newBuilder().setType(asked.getType()).setKey(asked.getKey());
      for (SimulatedHost host : hosts) {
        Message.Peer.Builder peer =
            Message.Peer.newBuilder()
                .setId(ByteString.copyFrom(host.peerId().encode()))
                .addAddrs(ByteString.copyFrom(host.addresses().get(0).encode()));
        answer.addCloserPeers(peer).addProviderPeers(peer);
      }
      return answer.build().toByteArray();
    } catch (InvalidProtocolBufferException garbage) {
      throw new MalformedMessageException("no request: " + Bytes.of(request).toHex());
    }
  }
}
