package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.SECOND;
import static io.surgemesh.dht.TestPeers.peer;
import static io.surgemesh.dht.TestValues.key;
import static io.surgemesh.dht.TestValues.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.KademliaServer.Fault;
import io.surgemesh.dht.KademliaServer.Reply;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** How much of the mesh loop strangers can use up by putting values. */
final class ValidationBudgetTest {
  private static final PeerId SELF = peer(0);

  /** Counts what it is asked, apart from which of two is better. */
  private static final class Counting implements ValueValidator {
    private int validated;

    @Override
    public boolean validate(Bytes key, Bytes value) {
      validated++;
      return TestValues.INSTANCE.validate(key, value);
    }

    @Override
    public Instant expiry(Bytes key, Bytes value) {
      validated++;
      return Instant.MAX;
    }

    @Override
    public int select(Bytes key, List<Bytes> values) {
      return TestValues.INSTANCE.select(key, values);
    }
  }

  private final Counting validator = new Counting();
  private final KademliaServer server = server(DhtConfig.defaults().withValidator("v", validator));

  private static KademliaServer server(DhtConfig config) {
    return new KademliaServer(
        SELF,
        config,
        new RoutingTable(SELF, config.k(), config.ipGroups(true)),
        new ProviderStore(config, new SplittableRandom(1)),
        new ValueStore(SELF, config, () -> Instant.EPOCH),
        new LinkedHashSet<>(),
        new Outbox(SELF, new Calls()));
  }

  private Reply put(int peer, int group, Bytes value, long now) {
    KadMessage request = KadMessage.put(ValueRecord.of(key("of " + peer), value));
    return server.onRequest(peer(peer), group, request, now);
  }

  @Test
  void aValueThatIsHeldIsNotValidatedAgain() {
    put(1, 7, value(1), 0);
    int before = validator.validated;
    for (int i = 0; i < 1000; i++) {
      assertThat(put(1, 7, value(1), i)).isInstanceOf(Reply.Answer.class);
    }
    assertThat(validator.validated).isEqualTo(before);
  }

  @Test
  void whoeverForgesWithoutEndIsSoonRefusedUnheard() {
    for (int i = 0; i < 1000; i++) {
      put(1, IpGroups.NONE, TestValues.INVALID, 0);
    }
    assertThat(validator.validated).isEqualTo(ValidationBudget.SENDER_BURST);
    assertThat(put(1, IpGroups.NONE, value(1), 0)).isEqualTo(new Reply.Refused(Fault.TOO_MANY));
    assertThat(put(2, IpGroups.NONE, value(1), 0)).isInstanceOf(Reply.Answer.class);
    assertThat(put(1, IpGroups.NONE, value(1), SECOND)).isInstanceOf(Reply.Answer.class);
  }

  @Test
  void theIdentitiesOfOneNetworkAreOneSender() {
    for (int i = 0; i < 1000; i++) {
      put(i, 7, TestValues.INVALID, 0);
    }
    assertThat(validator.validated).isEqualTo(ValidationBudget.SENDER_BURST);
    assertThat(put(1001, 8, value(1), 0)).isInstanceOf(Reply.Answer.class);
  }

  @Test
  void allSendersTogetherAreLimitedToo() {
    for (int i = 0; i < 2000; i++) {
      put(i, 1 + i, TestValues.INVALID, 0);
    }
    assertThat(validator.validated).isEqualTo(ValidationBudget.BURST);
    put(1, 1, TestValues.INVALID, SECOND);
    assertThat(validator.validated).isEqualTo(ValidationBudget.BURST + 1);
  }
}
