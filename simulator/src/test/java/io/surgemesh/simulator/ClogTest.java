package io.surgemesh.simulator;

import static io.surgemesh.simulator.TwoNodes.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.host.Connection;
import io.surgemesh.host.Stream;
import io.surgemesh.identity.MeshException.Unreachable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ClogTest {
  private final TwoNodes nodes = new TwoNodes();
  private final RecordingListener mine = new RecordingListener();

  @Test
  void framesWaitInAClogAndArriveInOrderWhenItEnds() {
    Stream stream = nodes.open(mine);
    stream.write(text("a"));
    nodes.runMillis(5);
    nodes.network.clog(0, 1, Duration.ofMillis(100));
    stream.write(text("b"));
    nodes.runMillis(97);
    stream.write(text("c"));
    nodes.farStream.write(text("back"));
    nodes.runMillis(2);
    assertThat(nodes.heard.events).isEmpty();
    nodes.runMillis(1);
    assertThat(nodes.heard.events).containsExactly("a", "b");
    nodes.runMillis(7);
    assertThat(nodes.heard.events).containsExactly("a", "b", "c");
    assertThat(mine.events).containsExactly("back");
  }

  @Test
  void aClogBreaksNothingHoweverLongItLasts() {
    Stream stream = nodes.open(mine);
    nodes.network.clog(0, 1, Duration.ofHours(1));
    nodes.network.clog(0, 1, Duration.ofMinutes(1));
    stream.write(text("patient"));
    nodes.runMillis(3_599_999);
    assertThat(nodes.heard.events).isEmpty();
    nodes.runMillis(1);
    assertThat(nodes.heard.events).containsExactly("patient");
  }

  @Test
  void aDialWaitsForAClogInEitherDirection() {
    for (int from = 0; from < 2; from++) {
      TwoNodes fresh = new TwoNodes();
      fresh.network.clog(from, 1 - from, Duration.ofSeconds(9));
      assertThat(fresh.connect()).isNotNull();
      assertThat(fresh.network.time().nowNanos())
          .isBetween(Duration.ofSeconds(9).toNanos(), Duration.ofMillis(9050).toNanos());
    }
  }

  @Test
  void aDialThatWaitsTooLongTimesOutInTime() {
    for (int from = 0; from < 2; from++) {
      TwoNodes fresh = new TwoNodes();
      fresh.network.clog(from, 1 - from, Duration.ofMinutes(5));
      CompletableFuture<Connection> dial = fresh.near.connect(fresh.far.dialAddress());
      assertThat(fresh.awaitFailure(dial))
          .isInstanceOfSatisfying(
              Unreachable.class,
              failed -> assertThat(failed.reason()).isEqualTo(Unreachable.Reason.TIMED_OUT));
      assertThat(fresh.network.time().nowNanos()).isEqualTo(Duration.ofSeconds(10).toNanos());
    }
  }

  @Test
  void healingAllEndsClogs() {
    Stream stream = nodes.open(mine);
    nodes.network.clog(0, 1, Duration.ofHours(1));
    nodes.network.healAll();
    stream.write(text("freed"));
    nodes.runMillis(10);
    assertThat(nodes.heard.events).containsExactly("freed");
    assertThatThrownBy(() -> nodes.network.clog(0, 2, Duration.ofSeconds(1)))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
