package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException.Unreachable.Reason;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.session.ConnectionUpgrade;
import io.surgemesh.session.HandshakeFault;
import io.surgemesh.session.Security;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UpgradeTest {
  private static final Executor FULL =
      work -> {
        throw new RejectedExecutionException("full");
      };

  private static final long DEADLINE_NANOS = Duration.ofMinutes(1).toNanos();
  private static final Multiaddr ADDRESS = Multiaddr.of("/ip4/192.0.2.1/tcp/4001");

  private final List<Side> sides = new ArrayList<>();

  private Side side() {
    return side(HostIdentity.of(KeyPair.generate(new SecureRandom())));
  }

  private Side side(HostIdentity identity) {
    Side side = new Side(identity);
    sides.add(side);
    return side;
  }

  /** One end of a connection, and how its upgrade ended. */
  private static final class Side implements Upgrade.Listener {
    final EmbeddedChannel channel = new EmbeddedChannel();
    private final HostIdentity identity;
    boolean ready;
    @Nullable Reason reason;
    @Nullable HandshakeFault fault;

    Side(HostIdentity identity) {
      this.identity = identity;
    }

    void begin(boolean dials, Security security, Executor workers) {
      NettyLoop loop = new NettyLoop(channel.eventLoop(), workers, System.nanoTime());
      ConnectionSlots.Slot slot =
          Objects.requireNonNull(new ConnectionSlots(HostLimits.defaults()).takeOutbound());
      FreshSocket socket =
          new FreshSocket(channel, loop, slot, ADDRESS, dials, List.of(security), null);
      Upgrade.begin(socket, identity, DEADLINE_NANOS, this);
    }

    @Override
    public @Nullable Phase onReady(ConnectionUpgrade.Ready upgraded) {
      ready = true;
      return null;
    }

    @Override
    public void onFailed(Reason why, HandshakeFault whose) {
      assertThat(reason).isNull();
      reason = why;
      fault = whose;
    }
  }

  @AfterEach
  void close() {
    sides.forEach(side -> side.channel.finishAndReleaseAll());
  }

  /** Carries bytes to and fro until neither side says anything. */
  private static void talk(Side a, Side b) {
    boolean talking = true;
    while (talking) {
      boolean there = carry(a.channel, b.channel);
      boolean back = carry(b.channel, a.channel);
      talking = there || back;
    }
  }

  private static boolean carry(EmbeddedChannel from, EmbeddedChannel to) {
    from.runPendingTasks();
    boolean any = false;
    for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
      any = true;
      if (to.isOpen()) {
        to.writeInbound(bytes);
      } else {
        bytes.release();
      }
    }
    to.runPendingTasks();
    return any;
  }

  @Test
  void withRoomBothSidesAreReady() {
    for (Security security : Security.values()) {
      Side a = side();
      Side b = side();
      b.begin(false, security, Runnable::run);
      a.begin(true, security, Runnable::run);
      talk(a, b);
      assertThat(a.ready).as("%s", security).isTrue();
      assertThat(b.ready).as("%s", security).isTrue();
    }
  }

  @Test
  void aPeerWhoseSignatureNobodyHasTimeToCheckIsNotBlamed() {
    for (Security security : Security.values()) {
      Side busy = side();
      Side honest = side();
      honest.begin(false, security, Runnable::run);
      busy.begin(true, security, FULL);
      talk(busy, honest);
      assertThat(busy.ready).isFalse();
      assertThat(busy.reason).as("%s", security).isEqualTo(Reason.LIMIT);
      assertThat(busy.fault).as("%s", security).isEqualTo(HandshakeFault.NONE);
      assertThat(busy.channel.isOpen()).isFalse();
    }
  }

  @Test
  void peersThatMeetAgainSpareCheckingWhatWasSigned() {
    Side dialer = side();
    Side accepter = side();
    accepter.begin(false, Security.NOISE, Runnable::run);
    dialer.begin(true, Security.NOISE, Runnable::run);
    talk(dialer, accepter);
    Side dialerAgain = side(dialer.identity);
    Side accepterAgain = side(accepter.identity);
    accepterAgain.begin(false, Security.NOISE, FULL);
    dialerAgain.begin(true, Security.NOISE, FULL);
    talk(dialerAgain, accepterAgain);
    assertThat(dialerAgain.ready).isTrue();
    assertThat(accepterAgain.ready).isTrue();
  }

  @Test
  void whoHasGoneWhileItsTurnHadNotComeIsNotBlamed() {
    Queue<Runnable> waiting = new ArrayDeque<>();
    Side dialer = side();
    Side accepter = side();
    accepter.begin(false, Security.NOISE, Runnable::run);
    dialer.begin(true, Security.NOISE, waiting::add);
    talk(dialer, accepter);
    dialer.channel.close();
    waiting.remove().run();
    talk(dialer, accepter);
    assertThat(dialer.ready).isFalse();
    assertThat(dialer.reason).isEqualTo(Reason.HANDSHAKE_FAILED);
    assertThat(dialer.fault).isEqualTo(HandshakeFault.NONE);
  }
}
