package io.surgemesh.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.Exchange;
import io.surgemesh.host.FrameChannel;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.host.FrameListener;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.identity.Signatures;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.simulator.SimulatedHost;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole peers that tell one another who is in the mesh, and one that lies. */
final class HintsSimulationTest {
  private static final ProtocolId MEMBERS = new ProtocolId(TestMembers.PROTOCOL);
  private static final HintsConfig OFTEN =
      HintsConfig.defaults().withPullInterval(Duration.ofSeconds(2));

  /** Lets peers with hints join one after the other, and tell one another. */
  private static DhtMesh told(long seed, int count, Duration telling) {
    return told(seed, count, telling, OFTEN);
  }

  private static DhtMesh told(long seed, int count, Duration telling, HintsConfig config) {
    DhtMesh mesh = new DhtMesh(seed);
    for (int i = 0; i < count; i++) {
      List<Multiaddr> first = i == 0 ? List.of() : List.of(mesh.host(0).dialAddress());
      join(mesh, first, config);
      mesh.runFor(Duration.ofMillis(50));
    }
    mesh.runFor(telling);
    return mesh;
  }

  private static void join(DhtMesh mesh, List<Multiaddr> bootstrapPeers, HintsConfig config) {
    mesh.start(mesh.network().addHost(), Dht.joining(bootstrapPeers, DhtConfig.defaults(), config));
  }

  private static Hints hints(DhtMesh mesh, int index) {
    return Objects.requireNonNull(mesh.peer(index).driver().hints());
  }

  private static DhtStatistics statistics(DhtMesh mesh, int index) {
    return mesh.await(mesh.peer(index).statistics());
  }

  @Test
  void allLearnOfAllAndFindThemInOneRound() {
    int count = 300;
    DhtMesh mesh = told(1, count, Duration.ofMinutes(6), HintsConfig.defaults());
    for (int i = 0; i < count; i++) {
      assertThat(hints(mesh, i).size()).as("hints of %s", i).isGreaterThanOrEqualTo(count - 3);
    }
    SplittableRandom random = new SplittableRandom(1);
    int searches = 0;
    int inOneRound = 0;
    long queries = 0;
    while (searches < 100) {
      int asker = random.nextInt(count);
      int wanted = random.nextInt(count);
      if (asker == wanted || mesh.areConnected(asker, wanted)) {
        continue;
      }
      searches++;
      DhtStatistics before = statistics(mesh, asker);
      assertThat(mesh.find(asker, wanted)).isPresent();
      DhtStatistics after = statistics(mesh, asker);
      inOneRound += after.searchRounds() - before.searchRounds() == 1 ? 1 : 0;
      queries += after.searchQueries() - before.searchQueries();
    }
    assertThat(inOneRound).isGreaterThanOrEqualTo(98);
    // Where dialling takes longer than a query should, others are asked too, and paths walked.
    assertThat(queries).isLessThan(1000);
  }

  @Test
  void aNewcomerLearnsOfAllAndAllOfIt() {
    DhtMesh mesh = told(2, 120, Duration.ofMinutes(5));
    join(mesh, List.of(mesh.host(7).dialAddress()), OFTEN);
    mesh.runFor(Duration.ofMinutes(3));
    assertThat(hints(mesh, 120).size()).isEqualTo(120);
    for (int i = 0; i < 120; i++) {
      assertThat(hints(mesh, i).find(mesh.peerId(120))).as("at %s", i).isNotNull();
    }
  }

  @Test
  void whoVanishesIsForgottenByAllWithinAnHour() {
    DhtMesh mesh = told(3, 60, Duration.ofMinutes(5));
    mesh.network().crash(30);
    mesh.runFor(Duration.ofMinutes(60));
    for (int i = 0; i < 60; i++) {
      if (i != 30) {
        assertThat(hints(mesh, i).find(mesh.peerId(30))).as("at %s", i).isNull();
        assertThat(hints(mesh, i).size()).as("at %s", i).isEqualTo(58);
      }
    }
  }

  @Test
  void whenNothingHappensHintsCostLittle() {
    HintsConfig config = HintsConfig.defaults();
    DhtMesh mesh = told(4, 60, Duration.ofMinutes(5), config);
    List<Long> before = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      before.add(statistics(mesh, i).hintBytesSent());
    }
    mesh.runFor(Duration.ofMinutes(60));
    for (int i = 0; i < 60; i++) {
      assertThat(statistics(mesh, i).hintBytesSent() - before.get(i))
          .isPositive()
          .isLessThan(3600L * config.bytesPerSecond() * 2 / 5);
    }
  }

  /** What a peer of the mesh says that tells whatever it likes, if only it can be signed. */
  private static void lie(DhtMesh mesh, int liar, List<Member> madeUp, List<Departure> leaves) {
    List<Member> joins = List.copyOf(madeUp);
    Map<PeerId, Integer> toldUpTo = new LinkedHashMap<>();
    Exchange.<MembersMessage>serve(
        mesh.host(liar),
        MEMBERS,
        MembersCodec.INSTANCE,
        MembersCodec.MESSAGE_BYTES_MAX,
        (from, message) -> {
          MembersMessage.Pull pull = (MembersMessage.Pull) message;
          int first = toldUpTo.getOrDefault(from, 0);
          int room = pull.bytesMax() - 100 - 100 * leaves.size();
          int last = first;
          while (last < joins.size() && room >= joins.get(last).encodedBytes()) {
            room -= joins.get(last++).encodedBytes();
          }
          List<Member> told = joins.subList(first, last);
          toldUpTo.put(from, last);
          return new MembersMessage.Answer(1, told, leaves, List.of(), pull.to());
        });
  }

  /** Returns peers that do not exist, signed as if they did. */
  private static List<Member> madeUp(DhtMesh mesh, int count) {
    List<Member> madeUp = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Multiaddr nowhere = Multiaddr.of("/ip4/10.77." + i / 250 + "." + i % 250 + "/tcp/1");
      madeUp.add(
          Member.sign(
              TestMembers.key(i),
              Signatures.ed25519(),
              TestMembers.PROTOCOL,
              mesh.network().time().wallClock().millis() / 1000,
              List.of(nowhere)));
    }
    return madeUp;
  }

  @Test
  void hintsAreNotHandedOnBeforeContact() {
    DhtMesh mesh = told(5, 40, Duration.ofMinutes(5));
    List<Member> madeUp = madeUp(mesh, 40);
    lie(mesh, 0, madeUp, List.of());
    mesh.runFor(Duration.ofMinutes(5));
    // Who was asked meanwhile, and did not answer, is no hint any more.
    madeUp.removeIf(member -> hints(mesh, 2).find(member.peerId()) == null);
    assertThat(madeUp).hasSizeGreaterThan(9);
    for (Member member : madeUp) {
      KadMessage request = KadMessage.of(KadMessage.Type.FIND_NODE, member.peerId().bytes());
      KadMessage answer =
          mesh.await(
              Exchange.call(
                  mesh.host(1),
                  mesh.peerId(2),
                  DhtMesh.KAD,
                  KadCodec.INSTANCE,
                  request,
                  KadCodec.MESSAGE_BYTES_MAX,
                  Duration.ofSeconds(5)));
      assertThat(answer.closer())
          .isNotEmpty()
          .extracting(PeerInfo::peerId)
          .doesNotContain(member.peerId());
    }
  }

  @Test
  void poisonedHintsDoNotBreakSearches() {
    DhtMesh mesh = told(6, 80, Duration.ofMinutes(5));
    lie(mesh, 0, madeUp(mesh, 1500), List.of());
    mesh.runFor(Duration.ofMinutes(10));
    SplittableRandom random = new SplittableRandom(6);
    for (int i = 0; i < 40; i++) {
      int asker = 1 + random.nextInt(79);
      int wanted = 1 + (asker + random.nextInt(78)) % 79;
      if (asker == wanted) {
        continue;
      }
      assertThat(hints(mesh, asker).size()).isGreaterThan(800);
      mesh.host(asker).disconnect(mesh.peerId(wanted));
      assertThat(mesh.find(asker, wanted)).isPresent();
      long beganNanos = mesh.network().time().nowNanos();
      Bytes key = Bytes.of(("/pk/" + "x".repeat(30) + i).getBytes(StandardCharsets.US_ASCII));
      assertThat(mesh.await(mesh.peer(asker).getValue(key))).isEmpty();
      assertThat(mesh.network().time().nowNanos() - beganNanos).isLessThan(6 * TestPeers.SECOND);
    }
  }

  /** Hints lead all astray at once: who is searched for is found by the lookup without them. */
  @Test
  void whoseHintLeadsNowhereIsFoundByTheLookup() {
    int count = 60;
    DhtMesh mesh = DhtMesh.joined(9, count);
    Instant now = mesh.network().time().wallClock().instant();
    List<HintedPeer> wrong = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Multiaddr nowhere = Multiaddr.of("/ip4/" + (20 + i) + ".1.0.1/tcp/9");
      wrong.add(new HintedPeer(new PeerInfo(mesh.peerId(i), List.of(nowhere)), now));
    }
    List<MetPeer> met = List.of(new MetPeer(mesh.info(0), Duration.ofMillis(50)));
    join(mesh, List.of(), HintsConfig.defaults());
    mesh.peer(count).assume(met, wrong);
    mesh.runFor(Duration.ofMillis(1));
    int astray = 0;
    for (int wanted = 1; wanted < count; wanted++) {
      // Who was asked about others before, and did not answer, is no hint any more.
      astray += hints(mesh, count).find(mesh.peerId(wanted)) == null ? 0 : 1;
      assertThat(mesh.find(count, wanted)).as("peer %s", wanted).isPresent();
    }
    assertThat(astray).isGreaterThanOrEqualTo(3);
  }

  /** One that says of all that they left: they are asked, say that they are there, and stay. */
  @Test
  void aLiarsDeparturesOnlyMakePeersAsk() {
    DhtMesh mesh = told(7, 60, Duration.ofMinutes(5));
    List<Departure> lies = new ArrayList<>();
    for (int i = 1; i < 60; i++) {
      Member victim = hints(mesh, i == 1 ? 2 : 1).find(mesh.peerId(i));
      if (victim != null) {
        lies.add(
            Departure.sign(mesh.host(0).key(), Signatures.ed25519(), TestMembers.PROTOCOL, victim));
      }
    }
    assertThat(lies).hasSizeGreaterThan(50);
    lie(mesh, 0, List.of(), lies);
    for (int minute = 0; minute < 90; minute++) {
      mesh.runFor(Duration.ofMinutes(1));
      for (int i = 1; i < 60; i++) {
        assertThat(hints(mesh, i).size()).as("at %s", i).isGreaterThanOrEqualTo(58);
      }
    }
    assertThat(mesh.find(5, 40)).isPresent();
  }

  /** What came back on one stream. */
  private static final class Outcome implements FrameListener<byte[]> {
    private int frames;
    private @Nullable ResetReason reset;

    @Override
    public void onFrame(FrameChannel<byte[]> channel, byte[] frame) {
      frames++;
    }

    @Override
    public void onRemoteClose(FrameChannel<byte[]> channel) {}

    @Override
    public void onReset(FrameChannel<byte[]> channel, ResetReason reason) {
      reset = reason;
    }
  }

  static Stream<Bytes> badRequests() {
    MembersMessage.Answer answer =
        new MembersMessage.Answer(1, TestMembers.members(0, 3), List.of(), List.of(), -1);
    return Stream.of(
        Bytes.fromHex("ffffffffffff"),
        Bytes.EMPTY,
        Bytes.fromHex("0a024001"),
        Bytes.of(MembersCodec.INSTANCE.encode(answer)),
        Bytes.of(new byte[MembersCodec.MESSAGE_BYTES_MAX + 1]));
  }

  @ParameterizedTest
  @MethodSource("badRequests")
  void aBadRequestResetsItsStreamAndNothingElse(Bytes request) {
    DhtMesh mesh = told(8, 3, Duration.ofMinutes(2));
    SimulatedHost from = mesh.host(1);
    Outcome outcome = new Outcome();
    FrameChannel<byte[]> channel =
        new FrameChannel<>(
            from.loop(), FrameCodec.bytes(), MembersCodec.MESSAGE_BYTES_MAX, outcome);
    channel
        .bind(mesh.await(from.open(mesh.peerId(0), MEMBERS, channel)))
        .send(request.toByteArray());
    mesh.runFor(Duration.ofSeconds(2));
    assertThat(outcome.reset).isNotNull();
    assertThat(outcome.frames).isZero();
    assertThat(hints(mesh, 0).size()).isEqualTo(2);
  }
}
