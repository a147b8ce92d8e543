package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChurnTest {
  private static final Duration SESSION = Duration.ofMinutes(3);
  private static final Duration DOWNTIME = Duration.ofMinutes(1);

  private final SimulatedNetwork network = new SimulatedNetwork(1);
  private final List<String> log = new ArrayList<>();

  private Churn churn(long seed, ChurnConfig config) {
    return Churn.of(network, seed, config, host -> log.add(host + " returns"));
  }

  private long countUp() {
    return network.hosts().stream().filter(host -> network.isUp(host.index())).count();
  }

  @Test
  void sessionsHaveTheirMeanAndTheirSpread() {
    int draws = 200_000;
    for (SessionLength sessions : SessionLength.values()) {
      long[] nanos = new long[draws];
      Arrays.setAll(nanos, i -> sessions.nanos(1_000_000_000_000L, Mix.mix(5, i)));
      Arrays.sort(nanos);
      double mean = Arrays.stream(nanos).average().orElseThrow() / 1e12;
      double median = nanos[draws / 2] / 1e12;
      double ln2 = StrictMath.log(2);
      assertThat(mean).as("%s", sessions).isCloseTo(1, within(0.02));
      assertThat(median)
          .as("%s", sessions)
          .isCloseTo(sessions == SessionLength.EXPONENTIAL ? ln2 : ln2 * ln2 / 2, within(0.01));
    }
  }

  @Test
  void noDrawMakesASessionEndlessOrEndAtOnce() {
    for (SessionLength sessions : SessionLength.values()) {
      assertThat(sessions.nanos(1_000_000_000, -1)).isEqualTo(1_000_000);
      assertThat(sessions.nanos(1_000_000_000, 0)).isBetween(1_000_000_000L, 700_000_000_000L);
    }
  }

  @Test
  void theShareOfPeersThatAreUpIsThatOfTheMeans() {
    network.addHosts(400);
    Churn churn = churn(3, ChurnConfig.of(SESSION, DOWNTIME));
    network.time().runFor(Duration.ofMinutes(30));
    long sum = 0;
    for (int i = 0; i < 100; i++) {
      network.time().runFor(Duration.ofMinutes(1));
      sum += countUp();
    }
    assertThat(sum / 100.0 / 400).isCloseTo(0.75, within(0.02));
    assertThat(churn.departures() - churn.returns()).isEqualTo(400 - countUp());
  }

  @Test
  void stablePeersStayAndTheOthersGo() {
    network.addHosts(8);
    List<SimulatedHost> before = List.copyOf(network.hosts());
    churn(4, ChurnConfig.of(SESSION, DOWNTIME).withStable(0, 5));
    for (int i = 0; i < 500; i++) {
      network.time().runFor(Duration.ofSeconds(10));
      assertThat(network.isUp(0) && network.isUp(5)).isTrue();
    }
    for (SimulatedHost host : before) {
      boolean stable = host.index() == 0 || host.index() == 5;
      assertThat(network.host(host.index()) == host).isEqualTo(stable);
    }
  }

  @Test
  void whenItStopsAllComeBackAtOnceAndNobodyGoes() {
    network.addHosts(50);
    Churn churn = churn(5, ChurnConfig.of(SESSION, SESSION));
    network.time().runFor(Duration.ofMinutes(20));
    assertThat(countUp()).isBetween(10L, 40L);
    churn.stop();
    assertThat(countUp()).isEqualTo(50);
    long departures = churn.departures();
    network.time().runFor(Duration.ofHours(2));
    assertThat(countUp()).isEqualTo(50);
    assertThat(churn.departures()).isEqualTo(departures).isEqualTo(churn.returns());
    assertThat(log).hasSize((int) churn.returns());
  }

  @Test
  void whatOthersTakeDownIsLeftAlone() {
    network.addHosts(1);
    churn(6, ChurnConfig.of(SESSION, DOWNTIME));
    network.crash(0);
    network.time().runFor(Duration.ofHours(1));
    assertThat(network.isUp(0)).isFalse();
    network.restart(0);
    network.time().runFor(Duration.ofHours(1));
    assertThat(log).isNotEmpty();
  }

  @Test
  void whatOthersBringUpMeanwhileIsNotBroughtUpTwice() {
    network.addHosts(1);
    Churn churn = churn(7, ChurnConfig.of(SESSION, DOWNTIME));
    network.time().runUntil(() -> !network.isUp(0), Duration.ofHours(1));
    network.restart(0);
    network.time().runUntil(() -> !network.isUp(0), Duration.ofHours(1));
    assertThat(churn.departures()).isEqualTo(2);
    assertThat(churn.returns()).isZero();
  }

  @Test
  void aPeerGoesAtTheSameTimesHoweverManyOthersThereAre() {
    assertThat(departuresOfTheFirst(1)).hasSizeGreaterThan(5).isEqualTo(departuresOfTheFirst(20));
  }

  private static List<Long> departuresOfTheFirst(int count) {
    SimulatedNetwork own = new SimulatedNetwork(count);
    own.addHosts(count);
    Churn churn =
        Churn.of(
            own,
            9,
            ChurnConfig.of(SESSION, DOWNTIME).withSessions(SessionLength.HEAVY_TAILED),
            host -> {});
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      own.time().runUntil(() -> !own.isUp(0), Duration.ofDays(1));
      times.add(own.time().nowNanos());
      own.time().runUntil(() -> own.isUp(0), Duration.ofDays(1));
    }
    assertThat(churn.returns()).isGreaterThanOrEqualTo(20);
    return times;
  }

  @Test
  void meansAndSharesOutOfRangeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChurnConfig.of(Duration.ofNanos(999_999), DOWNTIME));
    assertThatIllegalArgumentException().isThrownBy(() -> ChurnConfig.of(SESSION, Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChurnConfig.of(SESSION, DOWNTIME).withDiskFaults(50, 51));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChurnConfig.of(SESSION, DOWNTIME).withDiskFaults(-1, 0));
  }
}
