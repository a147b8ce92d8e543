package io.surgemesh.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.market.Agreement;
import io.surgemesh.market.Resources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider against requestors that do not keep to the protocol. */
class HostileRequestorTest {
  private final JobMarket market = new JobMarket(3);
  private final JobMarket.Seller seller =
      market.addSeller(Resources.of(8000, 1L << 30), Duration.ofSeconds(3), OneJobTest.UPPER);

  private RawRequestor requestor() {
    return new RawRequestor(market, market.network.addHost(), seller);
  }

  @AfterEach
  void whateverHappenedTheProviderIsWholeAgain() {
    market.network.time().runFor(Duration.ofSeconds(90));
    assertThat(seller.provider().capacity().isIdle()).isTrue();
    assertThat(seller.spools().usedBytes()).isZero();
    JobMarket.Buyer honest = market.addBuyer(JobMarket.config());
    JobSpec spec =
        JobSpec.of(
            JobInput.of(new byte[] {'a'}),
            io.surgemesh.market.Requirements.runtime(JobMarket.RUNTIME));
    market.await(honest.requestor().submit(spec, new JobListener() {})).close();
  }

  private static void assertCancelled(RawRequestor requestor, CancelCause cause) {
    requestor.run(Duration.ofSeconds(1));
    assertThat(requestor.last()).isEqualTo(new Control.Cancel(cause, ""));
    assertThat(requestor.closed).isTrue();
  }

  @Test
  void garbageIsCancelled() {
    RawRequestor requestor = requestor();
    requestor.channel.send(new byte[] {(byte) 0xff, 1, 2});
    assertCancelled(requestor, CancelCause.PROTOCOL);
  }

  @Test
  void aFrameBeyondTheBoundResets() {
    RawRequestor requestor = requestor();
    requestor.channel.send(new byte[ControlCodec.FRAME_BYTES_MAX + 1]);
    requestor.run(Duration.ofSeconds(1));
    assertThat(requestor.closed).isTrue();
    assertThat(requestor.heard).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 2, -1, Long.MAX_VALUE})
  void gapsInTheNumbersAreCancelled(long number) {
    RawRequestor requestor = requestor();
    requestor.send(number, new Control.KeepAlive());
    assertCancelled(requestor, CancelCause.PROTOCOL);
  }

  @Test
  void aSecondAskIsCancelled() {
    assertCancelled(requestor().ask().ask(), CancelCause.PROTOCOL);
  }

  @Test
  void anAcceptWithoutASignatureIsRefused() {
    RawRequestor requestor = requestor().ask();
    requestor.send(
        new Control.Accept(
            requestor.agreement(1),
            io.surgemesh.multiformats.Bytes.of(new byte[64]),
            RawRequestor.task()));
    assertThat(requestor.last())
        .isEqualTo(new Control.Refuse(List.of(Refusal.of(Constraint.AGREEMENT)), ""));
  }

  @Test
  void anAcceptAcceptedBeforeIsRefusedOnAnotherStream() {
    RawRequestor first = requestor().ask();
    Agreement agreement = first.agreement(1);
    first.accept(agreement);
    assertThat(first.last()).isInstanceOf(Control.Commit.class);

    RawRequestor second = new RawRequestor(market, first.host, seller).ask().accept(agreement);

    assertThat(second.last())
        .isEqualTo(new Control.Refuse(List.of(Refusal.of(Constraint.AGREEMENT)), ""));
    first.run(Duration.ofSeconds(60));
    RawRequestor third = new RawRequestor(market, first.host, seller).ask().accept(agreement);
    assertThat(third.last()).isInstanceOf(Control.Refuse.class);
  }

  @Test
  void anInputLongerThanAgreedIsCancelled() {
    RawRequestor requestor = requestor().ask();
    Agreement agreement = requestor.agreement(1);
    requestor.accept(agreement);
    RawRequestor.RawData data =
        requestor.data(RawRequestor.head(agreement, true), RawRequestor.INPUT, new byte[1]);
    assertCancelled(requestor, CancelCause.INPUT_WRONG);
    assertThat(data.reset).isTrue();
  }

  @Test
  void anInputThatBreaksOffIsCancelled() {
    RawRequestor requestor = requestor().ask();
    Agreement agreement = requestor.agreement(1);
    requestor.accept(agreement);
    RawRequestor.RawData data =
        requestor.data(RawRequestor.head(agreement, true), new byte[] {1, 2});
    assertThat(data.stream).isNotNull();
    data.stream.reset();
    assertCancelled(requestor, CancelCause.UNKNOWN);
  }

  @Test
  void dataOfNobodysJobIsReset() {
    RawRequestor requestor = requestor().ask();
    Agreement agreement = requestor.agreement(1);

    assertThat(requestor.data(RawRequestor.head(agreement, true)).reset).isTrue();
    assertThat(requestor.data(new byte[] {5, 1, 2, 3, 4, 5}).reset).isTrue();
    assertThat(requestor.data(new byte[] {(byte) 0x80, 1}).reset).isTrue();
    requestor.accept(agreement);
    RawRequestor stranger = requestor();
    assertThat(stranger.data(RawRequestor.head(agreement, true)).reset).isTrue();
    assertThat(stranger.data(RawRequestor.head(agreement, false)).reset).isTrue();
    assertThat(requestor.data(RawRequestor.head(agreement, true)).reset).isFalse();
    assertThat(requestor.data(RawRequestor.head(agreement, true)).reset).isTrue();
    RawRequestor.RawData silent = requestor.data();
    requestor.run(Duration.ofSeconds(11));
    assertThat(silent.reset).isTrue();
  }

  @Test
  void whoTakesTheOutputHasNothingToSay() {
    RawRequestor requestor = requestor().ask();
    Agreement agreement = requestor.agreement(1);
    requestor.accept(agreement);

    assertThat(requestor.data(RawRequestor.head(agreement, false), new byte[1]).reset).isTrue();
  }

  @Test
  void aRequestorThatNeverAcknowledgesGetsItsOutputAndNothingMore() {
    RawRequestor requestor = requestor().ask();
    Agreement agreement = requestor.agreement(1);
    requestor.accept(agreement);
    RawRequestor.RawData input =
        requestor.data(RawRequestor.head(agreement, true), RawRequestor.INPUT);
    assertThat(input.stream).isNotNull();
    input.stream.closeWrite();
    RawRequestor.RawData output = requestor.data(RawRequestor.head(agreement, false));
    for (int i = 0; i < 20; i++) {
      requestor.send(new Control.KeepAlive());
      requestor.run(Duration.ofSeconds(2));
    }

    assertThat(output.bytes).isEqualTo(RawRequestor.INPUT.length);
    assertThat(output.ended).isTrue();
    assertCancelled(requestor, CancelCause.OUT_OF_TIME);
    assertThat(seller.log().size().join()).isEqualTo(1);
  }

  @Test
  void oneRequestorsNegotiationsAreBoundedAndExpire() {
    RawRequestor first = requestor();
    List<RawRequestor> more = new ArrayList<>();
    for (int i = 0; i < ProviderLimits.defaults().peerNegotiationsMax(); i++) {
      more.add(new RawRequestor(market, first.host, seller));
    }
    market.network.time().runFor(Duration.ofSeconds(1));
    RawRequestor last = more.get(more.size() - 1);

    assertThat(last.last())
        .isInstanceOfSatisfying(
            Control.Refuse.class,
            refuse ->
                assertThat(refuse.reasons().get(0).constraint()).isEqualTo(Constraint.TOO_MANY));
    assertThat(requestor().ask().last()).isInstanceOf(Control.Quote.class);
    market.network.time().runFor(Duration.ofSeconds(40));
    assertThat(first.closed).isTrue();
    assertThat(new RawRequestor(market, first.host, seller).ask().last())
        .isInstanceOf(Control.Quote.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomFramesInRandomOrderHurtNobody(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    RawRequestor honest = requestor();
    for (int i = 0; i < 60; i++) {
      RawRequestor requestor = new RawRequestor(market, honest.host, seller);
      Agreement agreement = requestor.agreement(1 + i);
      for (int step = 0; step < 6 && !requestor.closed; step++) {
        switch (random.nextInt(7)) {
          case 0, 1 -> requestor.ask();
          case 2, 3 -> requestor.accept(agreement);
          case 4 -> requestor.data(RawRequestor.head(agreement, true), RawRequestor.INPUT);
          case 5 -> requestor.data(RawRequestor.head(agreement, false));
          default -> {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            requestor.channel.send(noise);
          }
        }
        assertThat(seller.provider().capacity().isOversold()).isFalse();
      }
    }
  }
}
