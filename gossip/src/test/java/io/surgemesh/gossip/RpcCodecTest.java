package io.surgemesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.util.List;
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

  private static String hex(Rpc rpc) {
    return Bytes.of(CODEC.encode(rpc)).toHex();
  }
}
