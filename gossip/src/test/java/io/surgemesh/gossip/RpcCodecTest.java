package io.surgemesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.gossip.pb.ControlGraft;
import io.surgemesh.gossip.pb.ControlIHave;
import io.surgemesh.gossip.pb.ControlPrune;
import io.surgemesh.gossip.pb.RPC;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.ProtobufScan;
import io.surgemesh.wire.ScanLimits;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RpcCodecTest {
  private static final RpcCodec CODEC = new RpcCodec(GossipLimits.defaults());
  private static final String ID = "ab".repeat(32);

  @Test
  void subscriptionsAreWrittenAsLibp2pDoes() {
    assertThat(hex(RouterHarness.subscribe("t"))).isEqualTo("0a050801120174");
    assertThat(hex(RouterHarness.unsubscribe("t"))).isEqualTo("0a050800120174");
  }

  @Test
  void aMessageHasDataAndTopicAndNothingElse() {
    assertThat(hex(RouterHarness.message(Bytes.fromHex("0102"))))
        .isEqualTo("1207120201022201" + "74");
  }

  @Test
  void controlIsWrittenAsLibp2pDoes() {
    assertThat(hex(RouterHarness.graft("t"))).isEqualTo("1a051a030a0174");
    assertThat(hex(RouterHarness.prune("t", 60))).isEqualTo("1a0722050a0174183c");
    Bytes id = Bytes.fromHex(ID);
    assertThat(hex(RouterHarness.ihave("t", List.of(id)))).isEqualTo("1a270a250a01741220" + ID);
    assertThat(hex(RouterHarness.iwant(id))).isEqualTo("1a2412220a20" + ID);
  }

  @Test
  void whatIsWrittenIsReadBack() throws MalformedMessageException {
    Bytes id = Bytes.fromHex(ID);
    Rpc rpc =
        new Rpc(
            List.of(new Rpc.Subscription("a", true), new Rpc.Subscription("b", false)),
            List.of(new TopicMessage("a", id)),
            List.of(new Rpc.IHave("a", List.of(id))),
            List.of(id),
            List.of("a"),
            List.of(new Rpc.Prune("b", -1)),
            0);
    assertThat(CODEC.decode(CODEC.encode(rpc))).isEqualTo(rpc);
  }

  @Test
  void whatOthersAddIsReadOver() throws MalformedMessageException {
    // IDONTWANT of v1.2, a PX peer in a PRUNE, and the extensions of v1.3.
    Rpc rpc =
        CODEC.decode(
            Bytes.fromHex("1a132a040a02abcd" + "22070a017412020a00" + "3202" + "0801")
                .toByteArray());
    assertThat(rpc.prune()).containsExactly(new Rpc.Prune("t", 0));
    assertThat(CODEC.decode(new byte[0])).isEqualTo(Rpc.of(List.of()));
  }

  @Test
  void whatAProtobufParserRefusesIsRefusedAndTheRestIsReadAlike() throws MalformedMessageException {
    Bytes id = Bytes.fromHex(ID);
    byte[] valid =
        CODEC.encode(
            new Rpc(
                List.of(new Rpc.Subscription("a", true)),
                List.of(new TopicMessage("a", id)),
                List.of(new Rpc.IHave("a", List.of(id, id))),
                List.of(id),
                List.of("a"),
                List.of(new Rpc.Prune("b", 60)),
                0));
    ScanLimits limits = new ScanLimits(1 << 20, 1 << 14, 4);
    SplittableRandom random = new SplittableRandom(3);
    int read = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] hostile = valid.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        hostile[random.nextInt(hostile.length)] = (byte) random.nextInt();
      }
      Rpc rpc;
      try {
        rpc = CODEC.decode(hostile);
      } catch (MalformedMessageException refused) {
        continue;
      }
      read++;
      RPC parsed = ProtobufScan.parse(RPC.getDefaultInstance(), hostile, limits);
      assertThat(rpc.subscriptions()).hasSize(parsed.getSubscriptionsCount());
      assertThat(rpc.messages().size() + rpc.signedMessages()).isEqualTo(parsed.getPublishCount());
      assertThat(rpc.ihave().stream().map(Rpc.IHave::topic).toList())
          .isEqualTo(
              parsed.getControl().getIhaveList().stream().map(ControlIHave::getTopicID).toList());
      assertThat(rpc.graft())
          .isEqualTo(
              parsed.getControl().getGraftList().stream().map(ControlGraft::getTopicID).toList());
      assertThat(rpc.prune().stream().map(Rpc.Prune::backoffSeconds).toList())
          .isEqualTo(
              parsed.getControl().getPruneList().stream().map(ControlPrune::getBackoff).toList());
    }
    assertThat(read).isBetween(1_000, 49_000);
  }

  private static String hex(Rpc rpc) {
    return Bytes.of(CODEC.encode(rpc)).toHex();
  }
}
