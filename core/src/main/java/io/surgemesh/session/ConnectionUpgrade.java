package io.surgemesh.session;

import io.surgemesh.identity.MeshException.Unreachable.Reason;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.PublicKey;
import io.surgemesh.machine.Machine;
import io.surgemesh.multiformats.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes two pipes of bytes an authenticated, multiplexed connection: multistream-select, a secure
 * channel, then the muxer, agreed inside the handshake of that or by a second multistream-select.
 *
 * <p>One absolute deadline covers all of it. The dialer proposes one secure channel and sends the
 * first message of its handshake along, so its side is ready after one round trip; a peer that
 * refuses cannot be asked again on this connection. Its first outputs are there at once.
 *
 * <p>Noise is run here. TLS is not: who drives this runs it between {@link StartTls} and {@link
 * #onSecured}.
 *
 * <p>Internal: public only for the rooms that drive sessions.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/connections/README.md">libp2p
 *     connections spec, Upgrading Connections</a>
 */
public final class ConnectionUpgrade implements Machine<ConnectionUpgrade.Output> {
  /** What the upgrade wants done. */
  public sealed interface Output {}

  /** Send these bytes, which belong to who takes them. */
  public record Send(ByteBuffer bytes) implements Output {}

  /**
   * Check a signature off the loop, and answer with {@link #onVerified}; no bytes are taken before.
   */
  public record Verify(PublicKey key, Bytes message, Bytes signature) implements Output {}

  /**
   * Begin a TLS handshake, as the client when dialling: what {@link #onBytes} leaves is its, and
   * {@link #onSecured} or {@link #onInsecure} tells how it ended.
   */
  public record StartTls() implements Output {}

  /**
   * The connection is up; the last output.
   *
   * @param send encrypts what we send from now on
   * @param reader takes every further byte of the peer
   * @param remoteKey the peer's proven identity
   * @param early plain bytes that came behind the muxer's agreement
   */
  public record Ready(RecordSealer send, RecordReader reader, PublicKey remoteKey, ByteBuffer early)
      implements Output {}

  /** The upgrade is over, close the connection; the last output. */
  public record Failed(Reason reason, HandshakeFault fault) implements Output {}

  private enum Stage {
    SECURITY,
    NOISE,
    TLS,
    MUXER,
    READY,
    FAILED
  }

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final boolean dialer;
  private final Supplier<NoiseHandshake> newNoise;
  private final @Nullable PeerId expected;
  private final long deadlineNanos;
  private final ArrayDeque<Output> outputs = new ArrayDeque<>();
  private MultistreamNegotiation multistream;
  private Stage stage = Stage.SECURITY;
  private @Nullable NoiseHandshake noise;
  private @Nullable Ready secured;

  private ConnectionUpgrade(
      boolean dialer,
      Supplier<NoiseHandshake> newNoise,
      List<Security> securities,
      @Nullable PeerId expected,
      long deadlineNanos) {
    this.dialer = dialer;
    this.newNoise = newNoise;
    this.expected = expected;
    this.deadlineNanos = deadlineNanos;
    this.multistream = negotiation(securities.stream().map(Security::protocol).toList());
    takeMultistream();
    if (dialer && securities.get(0) == Security.TLS) {
      outputs.add(new StartTls());
    } else if (dialer) {
      takeNoise(0);
    }
  }

  /**
   * Returns the side that dialled.
   *
   * @param security the secure channel to propose
   * @param expected whom the peer must prove to be, null when anybody will do
   * @param ephemeral 32 fresh random bytes, used for this connection only
   * @param deadlineNanos when to give up
   */
  public static ConnectionUpgrade dialing(
      NoiseStatic local,
      Security security,
      @Nullable PeerId expected,
      byte[] ephemeral,
      long deadlineNanos) {
    return new ConnectionUpgrade(
        true,
        () -> NoiseHandshake.initiator(local, expected, ephemeral),
        List.of(security),
        expected,
        deadlineNanos);
  }

  /**
   * Returns the side that accepted.
   *
   * @param securities the secure channels that the peer may choose from
   * @param ephemeral 32 fresh random bytes, used for this connection only
   * @param deadlineNanos when to give up
   */
  public static ConnectionUpgrade accepting(
      NoiseStatic local, List<Security> securities, byte[] ephemeral, long deadlineNanos) {
    return new ConnectionUpgrade(
        false, () -> NoiseHandshake.responder(local, ephemeral), securities, null, deadlineNanos);
  }

  /**
   * Takes bytes from the peer and moves the position behind those used. What arrives before {@link
   * #onVerified} or belongs to TLS, or follows the last message, stays in {@code bytes}; after a
   * failure nothing does.
   */
  public void onBytes(ByteBuffer bytes, long nowNanos) {
    if (stage == Stage.SECURITY) {
      multistream.onBytes(bytes, nowNanos);
      takeMultistream();
    }
    if (stage == Stage.NOISE) {
      noise().onBytes(bytes, nowNanos);
      takeNoise(nowNanos);
    } else if (stage == Stage.MUXER) {
      onRecords(bytes, nowNanos);
    }
    if (stage == Stage.FAILED) {
      bytes.position(bytes.limit());
    }
  }

  /** Takes the answer to {@link Verify}. */
  public void onVerified(boolean valid, long nowNanos) {
    if (stage == Stage.NOISE) {
      noise().onVerified(valid, nowNanos);
      takeNoise(nowNanos);
    }
  }

  /**
   * Takes the end of a TLS handshake that succeeded.
   *
   * @param send encrypts what we send from now on
   * @param reader takes every further byte of the peer, and may hold some already
   * @param remoteKey the identity that the peer's certificate proves
   * @param muxer agreed inside the handshake; null when it is still to be agreed
   */
  public void onSecured(
      RecordSealer send,
      RecordReader reader,
      PublicKey remoteKey,
      @Nullable String muxer,
      long nowNanos) {
    if (stage != Stage.TLS) {
      fail(Reason.HANDSHAKE_FAILED, HandshakeFault.NONE);
    } else if (expected != null && !expected.equals(PeerId.of(remoteKey))) {
      fail(Reason.WRONG_PEER, HandshakeFault.WRONG_PEER);
    } else {
      secure(new Ready(send, reader, remoteKey, NOTHING), muxer, nowNanos);
    }
  }

  /** Takes the end of a TLS handshake that failed, and what the peer did wrong in it. */
  public void onInsecure(HandshakeFault fault, long nowNanos) {
    fail(Reason.HANDSHAKE_FAILED, fault);
  }

  /** Takes note that this side has no room to reckon with what the peer sent: no fault of its. */
  public void onBusy(long nowNanos) {
    fail(Reason.LIMIT, HandshakeFault.NONE);
  }

  /** Takes note that the connection is gone. */
  public void onClosed(long nowNanos) {
    fail(Reason.HANDSHAKE_FAILED, HandshakeFault.NONE);
  }

  @Override
  public @Nullable Output poll() {
    return outputs.poll();
  }

  @Override
  public long deadlineNanos() {
    return isOver() ? NEVER : deadlineNanos;
  }

  @Override
  public void onTimeout(long nowNanos) {
    if (nowNanos >= deadlineNanos) {
      fail(Reason.TIMED_OUT, HandshakeFault.DEADLINE);
    }
  }

  private boolean isOver() {
    return stage == Stage.READY || stage == Stage.FAILED;
  }

  private MultistreamNegotiation negotiation(List<String> protocols) {
    return dialer
        ? MultistreamNegotiation.proposing(protocols)
        : MultistreamNegotiation.choosing(protocols::contains);
  }

  /** Passes on what a negotiation wants; returns the protocol that is agreed by that, if any. */
  private @Nullable String performMultistream() {
    for (var output = multistream.poll(); output != null; output = multistream.poll()) {
      if (output instanceof MultistreamNegotiation.Send send) {
        sendLines(send.bytes());
      } else if (output instanceof MultistreamNegotiation.Agreed agreed) {
        return agreed.protocol();
      } else if (output instanceof MultistreamNegotiation.Failed failed) {
        boolean strange = failed.reason() == MultistreamNegotiation.Reason.NO_COMMON_PROTOCOL;
        fail(
            strange && stage == Stage.SECURITY
                ? Reason.NO_COMMON_SECURITY
                : Reason.HANDSHAKE_FAILED,
            strange ? HandshakeFault.NONE : HandshakeFault.MULTISTREAM);
      }
    }
    return null;
  }

  private void takeMultistream() {
    String agreed = performMultistream();
    if (agreed == null) {
      return;
    }
    if (agreed.equals(Security.NOISE.protocol())) {
      stage = Stage.NOISE;
    } else {
      stage = Stage.TLS;
      if (!dialer) {
        outputs.add(new StartTls());
      }
    }
  }

  /** Made when Noise is spoken: its key costs arithmetic that TLS does not need. */
  private NoiseHandshake noise() {
    NoiseHandshake begun = noise;
    if (begun == null) {
      begun = newNoise.get();
      noise = begun;
    }
    return begun;
  }

  private void takeNoise(long nowNanos) {
    NoiseHandshake handshake = noise();
    for (var output = handshake.poll(); output != null; output = handshake.poll()) {
      if (output instanceof NoiseHandshake.Send send) {
        outputs.add(new Send(send.bytes()));
      } else if (output instanceof NoiseHandshake.Verify verify) {
        outputs.add(new Verify(verify.key(), verify.message(), verify.signature()));
      } else if (output instanceof NoiseHandshake.Established done) {
        RecordReader reader = new NoiseRecordReader(done.receive());
        secure(new Ready(done.send(), reader, done.remoteKey(), NOTHING), done.muxer(), nowNanos);
      } else if (output instanceof NoiseHandshake.Failed failed) {
        fail(
            failed.reason() == NoiseHandshake.Reason.WRONG_PEER
                ? Reason.WRONG_PEER
                : Reason.HANDSHAKE_FAILED,
            fault(failed.reason()));
      }
    }
  }

  private void secure(Ready channel, @Nullable String muxer, long nowNanos) {
    secured = channel;
    if (muxer != null) {
      succeed(channel, NOTHING);
    } else {
      stage = Stage.MUXER;
      multistream = negotiation(List.of(Yamux.PROTOCOL));
      performMultistream();
      onRecords(NOTHING.duplicate(), nowNanos);
    }
  }

  private void onRecords(ByteBuffer bytes, long nowNanos) {
    Ready channel = secured;
    if (channel == null) {
      return;
    }
    RecordReader records = channel.reader();
    for (ByteBuffer plain = records.poll(bytes); plain != null; plain = records.poll(bytes)) {
      multistream.onBytes(plain, nowNanos);
      if (performMultistream() != null) {
        succeed(channel, plain);
      }
      if (isOver()) {
        return;
      }
    }
    if (records.isBroken()) {
      fail(
          Reason.HANDSHAKE_FAILED,
          records.isForged() ? HandshakeFault.RECORD : HandshakeFault.NONE);
    }
  }

  private void sendLines(ByteBuffer lines) {
    Ready channel = secured;
    if (channel == null) {
      outputs.add(new Send(lines));
      return;
    }
    byte[] plain = new byte[lines.remaining()];
    lines.get(plain);
    byte[] record = new byte[channel.send().recordBytes(plain.length)];
    int length = channel.send().encryptRecord(plain, plain.length, record);
    if (length == RecordSealer.FAILED) {
      fail(Reason.HANDSHAKE_FAILED, HandshakeFault.NONE);
    } else {
      outputs.add(new Send(ByteBuffer.wrap(record, 0, length)));
    }
  }

  private void succeed(Ready channel, ByteBuffer early) {
    stage = Stage.READY;
    outputs.add(new Ready(channel.send(), channel.reader(), channel.remoteKey(), early));
  }

  private static HandshakeFault fault(NoiseHandshake.Reason reason) {
    return switch (reason) {
      case MALFORMED -> HandshakeFault.NOISE_MESSAGE;
      case WEAK_KEY -> HandshakeFault.NOISE_KEY;
      case BAD_SIGNATURE -> HandshakeFault.NOISE_SIGNATURE;
      case WRONG_PEER -> HandshakeFault.WRONG_PEER;
      case NO_COMMON_MUXER -> HandshakeFault.NONE;
    };
  }

  private void fail(Reason reason, HandshakeFault fault) {
    if (!isOver()) {
      stage = Stage.FAILED;
      outputs.add(new Failed(reason, fault));
    }
  }
}
