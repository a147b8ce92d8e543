package io.surgemesh.dht;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.surgemesh.dht.pb.IpnsEntry;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.multiformats.Bytes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What anybody can add to a record that its owner signed. */
final class IpnsValidatorTest {
  private static final KeyPair OWNER = KeyPair.fromSeed(new byte[KeyPair.SEED_BYTES]);
  private static final Bytes KEY = IpnsRecord.key(OWNER.peerId());
  private static final Instant NOW = Instant.parse("2026-11-28T20:00:00Z");
  private static final Instant TOMORROW = NOW.plus(Duration.ofDays(1));
  private static final Duration TTL = Duration.ofMinutes(5);
  private static final String VALUE = "/ipfs/bafkqaaa";
  private static final Bytes RECORD =
      IpnsRecord.sign(OWNER, Bytes.of(VALUE.getBytes(StandardCharsets.US_ASCII)), 1, TOMORROW, TTL)
          .encoded();

  private final ValueStore store = new ValueStore(TestPeers.peer(0), DhtConfig.amino(), () -> NOW);

  /** Returns the record with another field, and with those of the first version. */
  private static List<Bytes> copies() throws InvalidProtocolBufferException {
    IpnsEntry entry = IpnsEntry.parseFrom(RECORD.toByteArray());
    UnknownFieldSet.Field one = UnknownFieldSet.Field.newBuilder().addVarint(1).build();
    UnknownFieldSet more = UnknownFieldSet.newBuilder().addField(15, one).build();
    IpnsEntry.Builder ofBoth =
        entry.toBuilder()
            .setValue(ByteString.copyFromUtf8(VALUE))
            .setSignatureV1(ByteString.copyFromUtf8("anything"))
            .setValidity(ByteString.copyFromUtf8(TOMORROW.toString()))
            .setSequence(1)
            .setTtl(TTL.toNanos());
    return List.of(
        Bytes.of(entry.toBuilder().setUnknownFields(more).build().toByteArray()),
        Bytes.of(ofBoth.build().toByteArray()));
  }

  @Test
  void whatIsNotSignedMakesNoRecordBetter() throws InvalidProtocolBufferException {
    for (Bytes copy : copies()) {
      assertThat(store.validators().isValid(KEY, copy)).isTrue();
      assertThat(copy).isNotEqualTo(RECORD);
      assertThat(IpnsValidator.INSTANCE.select(KEY, List.of(RECORD, copy))).isZero();
      assertThat(IpnsValidator.INSTANCE.select(KEY, List.of(copy, RECORD))).isZero();
    }
  }

  @Test
  void aStrangersCopyTakesNoPlaceAndEndsNoPutting() throws InvalidProtocolBufferException {
    OwnValues own =
        new OwnValues(
            TestPeers.peer(0),
            DhtConfig.amino(),
            store,
            new Puts(),
            new Outbox(TestPeers.peer(0), new Calls()),
            () -> Key.BITS,
            new SplittableRandom(1));
    own.add(KEY, RECORD, 0);
    for (Bytes copy : copies()) {
      own.onEcho(KadMessage.put(ValueRecord.of(KEY, copy)));
      assertThat(own.announcer().keys()).containsExactly(KEY);
      store.put(KEY, copy, TestPeers.peer(1), 0);
      own.renew(List.of(KEY), 0);
      assertThat(own.announcer().keys()).containsExactly(KEY);
    }
  }

  @Test
  void aRecordThatIsHeldStaysAsItIsWhateverIsAddedToIt() throws InvalidProtocolBufferException {
    store.put(KEY, RECORD, TestPeers.peer(1), 0);
    for (Bytes copy : copies()) {
      assertThat(store.put(KEY, copy, TestPeers.peer(2), 0)).isEqualTo(ValueStore.Outcome.KEPT);
      assertThat(store.find(KEY, 0).map(ValueStore.Held::value)).contains(RECORD);
    }
  }
}
