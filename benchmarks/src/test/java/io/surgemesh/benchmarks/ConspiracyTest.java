package io.surgemesh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.surgemesh.dht.pb.Message;
import io.surgemesh.host.Exchange;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.simulator.SimulatedHost;
import io.surgemesh.simulator.SimulatedNetwork;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ConspiracyTest {
  private final SimulatedNetwork network = new SimulatedNetwork(1);
  private final SimulatedHost asker = network.addHost();
  private final List<SimulatedHost> honest = network.addHosts(3);
  private final List<SimulatedHost> hostile = network.addHosts(2);

  @Test
  void conspiratorsNameTheirOwnNumberAsPeersAndAsProviders() throws Exception {
    new Conspiracy().join(hostile);
    Message answer = ask();
    assertThat(answer.getCloserPeersList())
        .extracting(Message.Peer::getId)
        .containsExactlyInAnyOrderElementsOf(ids(hostile));
    assertThat(answer.getProviderPeersList()).isEqualTo(answer.getCloserPeersList());
  }

  @Test
  void thoseThatOnlySitThereNameHonestPeersAndNoProvider() throws Exception {
    Conspiracy.naming(honest).serve(hostile);
    Message answer = ask();
    assertThat(answer.getCloserPeersList())
        .extracting(Message.Peer::getId)
        .containsExactlyInAnyOrderElementsOf(ids(honest));
    assertThat(answer.getProviderPeersList()).isEmpty();
  }

  private static List<ByteString> ids(List<SimulatedHost> hosts) {
    return hosts.stream().map(host -> ByteString.copyFrom(host.peerId().encode())).toList();
  }

  private Message ask() throws InvalidProtocolBufferException {
    Message request =
        Message.newBuilder()
            .setType(Message.MessageType.GET_PROVIDERS)
            .setKey(ByteString.copyFromUtf8("key"))
            .build();
    var unused = asker.connect(hostile.get(0).dialAddress());
    network.time().runFor(Duration.ofSeconds(5));
    CompletableFuture<byte[]> answer =
        Exchange.call(
            asker,
            hostile.get(0).peerId(),
            DhtCrowd.KAD,
            FrameCodec.bytes(),
            request.toByteArray(),
            1 << 16,
            Duration.ofSeconds(5));
    network.time().runFor(Duration.ofSeconds(5));
    return Message.parseFrom(answer.join());
  }
}
