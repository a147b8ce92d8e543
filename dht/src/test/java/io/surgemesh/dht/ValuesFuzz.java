package io.surgemesh.dht;

import io.surgemesh.dht.KademliaServer.Fault;
import io.surgemesh.dht.KademliaServer.Reply;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes the input for what peers put and ask, of which keys, in namespaces known and unknown. */
public final class ValuesFuzz {
  private static final PeerId SELF = TestPeers.peer(0);
  private static final int PEERS = 8;
  private static final int KEYS = 16;
  private static final int VALUE_BYTES_MAX = 8;
  private static final long STEP_NANOS = Duration.ofHours(1).toNanos();

  private ValuesFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    new Run().play(ByteBuffer.wrap(data));
  }

  private static final class Run {
    private final ValueStore store =
        new ValueStore(SELF, TestValues.CONFIG, () -> Instant.ofEpochSecond(0, nowNanos()));
    private final KademliaServer server;
    private final Map<Bytes, Bytes> latest = new LinkedHashMap<>();
    private long nowNanos;

    Run() {
      DhtConfig config = TestValues.CONFIG;
      RoutingTable table = new RoutingTable(SELF, config.k(), config.ipGroups(false));
      ProviderStore providers = new ProviderStore(config, new java.util.SplittableRandom(1));
      Outbox outbox = new Outbox(TestPeers.peer(0), new Calls());
      server =
          new KademliaServer(SELF, config, table, providers, store, new LinkedHashSet<>(), outbox);
    }

    private long nowNanos() {
      return nowNanos;
    }

    void play(ByteBuffer input) {
      while (input.remaining() > 2) {
        int what = input.get();
        PeerId peer = TestPeers.peer(1 + (what >>> 1 & PEERS - 1));
        nowNanos += (what >>> 4 & 7) * STEP_NANOS;
        Bytes key = key(input.get());
        if ((what & 1) == 0) {
          put(peer, key, value(input));
        } else {
          get(peer, key);
        }
        require(store.size() <= ValueStore.RECORDS_MAX, "is bounded");
      }
    }

    private void put(PeerId peer, Bytes key, Bytes value) {
      Optional<Bytes> before = held(key);
      Reply reply =
          server.onRequest(
              peer, IpGroups.NONE, KadMessage.put(ValueRecord.of(key, value)), nowNanos);
      boolean valid = store.validators().isValid(key, value);
      if (reply instanceof Reply.Answer answer) {
        require(valid, "keeps what is valid");
        Bytes now = answer.record().map(ValueRecord::value).orElse(Bytes.EMPTY);
        boolean better =
            before.isEmpty() || TestValues.INSTANCE.select(key, List.of(before.get(), value)) == 1;
        require(now.equals(better ? value : before.get()), "keeps the best");
        require(held(key).equals(Optional.of(now)), "echoes what it holds");
        latest.put(key, now);
      } else if (reply.equals(new Reply.Refused(Fault.TOO_MANY))) {
        require(held(key).equals(before), "keeps what it had");
      } else {
        require(!valid, "refuses nothing valid as long as there is room");
        require(reply.equals(new Reply.Refused(Fault.NOT_VALID)), "says why");
        require(held(key).equals(before), "keeps what it had");
      }
    }

    private void get(PeerId peer, Bytes key) {
      KadMessage request = KadMessage.of(KadMessage.Type.GET_VALUE, key);
      Reply reply = server.onRequest(peer, IpGroups.NONE, request, nowNanos);
      require(reply instanceof Reply.Answer, "answers whoever asks");
      held(key).ifPresent(value -> require(value.equals(latest.get(key)), "tells the latest"));
    }

    private Optional<Bytes> held(Bytes key) {
      return store.find(key, nowNanos).map(ValueStore.Held::value);
    }

    private static Bytes key(int number) {
      String name = "key " + (number & KEYS - 1);
      return number >= 0 ? TestValues.key(name) : TestPeers.key(name);
    }

    private static Bytes value(ByteBuffer input) {
      byte[] value = new byte[Math.min(input.remaining(), input.get() & VALUE_BYTES_MAX - 1)];
      input.get(value, 0, Math.min(value.length, input.remaining()));
      return Bytes.of(value);
    }

    private static void require(boolean holds, String rule) {
      if (!holds) {
        throw new AssertionError("a store of values " + rule);
      }
    }
  }
}
