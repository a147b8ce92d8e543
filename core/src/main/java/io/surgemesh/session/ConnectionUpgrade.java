package io.surgemesh.session;

import io.surgemesh.identity.MeshException.Unreachable.Reason;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.PublicKey;
import io.surgemesh.machine.Machine;
import io.surgemesh.multiformats.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes two pipes of bytes an authenticated, multiplexed connection: multistream-select, Noise,
 * then the muxer, agreed inside Noise or by a second multistream-select.
 *
 * <p>One absolute deadline covers all of it. The dialer sends its first Noise message along with
 * the proposal, so its side is ready after one round trip. Its first outputs are there at once.
 *
 * <p>Internal: public only for the rooms that drive sessions.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/connections/README.md">libp2p
 *     connections spec, Upgrading Connections</a>
 */
public final class ConnectionUpgrade implements Machine<ConnectionUpgrade.Output> {
  /** The name of the secure channel in multistream-select. */
  public static final String NOISE = "/noise";

  /** What the upgrade wants done. */
  public sealed interface Output {}

  /** Send these bytes, which belong to who takes them. */
  public record Send(ByteBuffer bytes) implements Output {}

  /**
   * Check a signature off the loop, and answer with {@link #onVerified}; no bytes are taken before.
   */
  public record Verify(PublicKey key, Bytes message, Bytes signature) implements Output {}

  /**
   * The connection is up; the last output.
   *
   * @param send encrypts what we send from now on
   * @param reader takes every further byte of the peer
   * @param remoteKey the peer's proven identity
   * @param early plain bytes that came behind the muxer's agreement
   */
  public record Ready(CipherState send, RecordReader reader, PublicKey remoteKey, ByteBuffer early)
      implements Output {}

  /** The upgrade is over, close the connection; the last output. */
  public record Failed(Reason reason) implements Output {}

  private enum Stage {
    SECURITY,
    NOISE,
    MUXER,
    READY,
    FAILED
  }

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final boolean dialer;
  private final NoiseHandshake noise;
  private final long deadlineNanos;
  private final ArrayDeque<Output> outputs = new ArrayDeque<>();
  private MultistreamNegotiation multistream;
  private Stage stage = Stage.SECURITY;
  private NoiseHandshake.@Nullable Established established;
  private @Nullable RecordReader reader;

  private ConnectionUpgrade(boolean dialer, NoiseHandshake noise, long deadlineNanos) {
    this.dialer = dialer;
    this.noise = noise;
    this.deadlineNanos = deadlineNanos;
    this.multistream = negotiation(NOISE);
    takeMultistream();
    if (dialer) {
      takeNoise();
    }
  }

  /**
   * Returns the side that dialled.
   *
   * @param expected whom the peer must prove to be, null when anybody will do
   * @param ephemeral 32 fresh random bytes, used for this connection only
   * @param deadlineNanos when to give up
   */
  public static ConnectionUpgrade dialing(
      NoiseStatic local, @Nullable PeerId expected, byte[] ephemeral, long deadlineNanos) {
    NoiseHandshake noise = NoiseHandshake.initiator(local, expected, ephemeral);
    return new ConnectionUpgrade(true, noise, deadlineNanos);
  }

  /**
   * Returns the side that accepted.
   *
   * @param ephemeral 32 fresh random bytes, used for this connection only
   * @param deadlineNanos when to give up
   */
  public static ConnectionUpgrade accepting(
      NoiseStatic local, byte[] ephemeral, long deadlineNanos) {
    return new ConnectionUpgrade(false, NoiseHandshake.responder(local, ephemeral), deadlineNanos);
  }

  /**
   * Takes bytes from the peer and moves the position behind those used. What arrives before {@link
   * #onVerified}, or follows the last message, stays in {@code bytes}; after a failure nothing
   * does.
   */
  public void onBytes(ByteBuffer bytes, long nowNanos) {
    if (stage == Stage.SECURITY) {
      multistream.onBytes(bytes, nowNanos);
      takeMultistream();
    }
    if (stage == Stage.NOISE) {
      noise.onBytes(bytes, nowNanos);
      takeNoise();
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
      noise.onVerified(valid, nowNanos);
      takeNoise();
    }
  }

  /** Takes note that the connection is gone. */
  public void onClosed(long nowNanos) {
    fail(Reason.HANDSHAKE_FAILED);
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
      fail(Reason.TIMED_OUT);
    }
  }

  private boolean isOver() {
    return stage == Stage.READY || stage == Stage.FAILED;
  }

  private MultistreamNegotiation negotiation(String protocol) {
    return dialer
        ? MultistreamNegotiation.proposing(List.of(protocol))
        : MultistreamNegotiation.choosing(protocol::equals);
  }

  /** Passes on what a negotiation wants; returns whether its protocol is agreed by that. */
  private boolean performMultistream() {
    for (var output = multistream.poll(); output != null; output = multistream.poll()) {
      if (output instanceof MultistreamNegotiation.Send send) {
        sendLines(send.bytes());
      } else if (output instanceof MultistreamNegotiation.Agreed) {
        return true;
      } else {
        fail(Reason.HANDSHAKE_FAILED);
      }
    }
    return false;
  }

  private void takeMultistream() {
    if (performMultistream()) {
      stage = Stage.NOISE;
    }
  }

  private void takeNoise() {
    for (var output = noise.poll(); output != null; output = noise.poll()) {
      if (output instanceof NoiseHandshake.Send send) {
        outputs.add(new Send(send.bytes()));
      } else if (output instanceof NoiseHandshake.Verify verify) {
        outputs.add(new Verify(verify.key(), verify.message(), verify.signature()));
      } else if (output instanceof NoiseHandshake.Established done) {
        onEstablished(done);
      } else if (output instanceof NoiseHandshake.Failed failed) {
        fail(
            failed.reason() == NoiseHandshake.Reason.WRONG_PEER
                ? Reason.WRONG_PEER
                : Reason.HANDSHAKE_FAILED);
      }
    }
  }

  private void onEstablished(NoiseHandshake.Established done) {
    established = done;
    reader = new RecordReader(done.receive());
    if (done.muxer() != null) {
      succeed(NOTHING);
    } else {
      stage = Stage.MUXER;
      multistream = negotiation(Yamux.PROTOCOL);
      performMultistream();
    }
  }

  private void onRecords(ByteBuffer bytes, long nowNanos) {
    RecordReader records = reader;
    if (records == null) {
      return;
    }
    for (byte[] plain = records.poll(bytes); plain != null; plain = records.poll(bytes)) {
      ByteBuffer view = ByteBuffer.wrap(plain);
      multistream.onBytes(view, nowNanos);
      if (performMultistream()) {
        succeed(view);
      }
      if (isOver()) {
        return;
      }
    }
    if (records.isBroken()) {
      fail(Reason.HANDSHAKE_FAILED);
    }
  }

  private void sendLines(ByteBuffer lines) {
    NoiseHandshake.Established secure = established;
    if (secure == null) {
      outputs.add(new Send(lines));
      return;
    }
    byte[] plain = new byte[lines.remaining()];
    lines.get(plain);
    byte[] record = new byte[CipherState.recordBytes(plain.length)];
    if (secure.send().encryptRecord(plain, plain.length, record) == CipherState.FAILED) {
      fail(Reason.HANDSHAKE_FAILED);
    } else {
      outputs.add(new Send(ByteBuffer.wrap(record)));
    }
  }

  private void succeed(ByteBuffer early) {
    NoiseHandshake.Established secure = established;
    RecordReader records = reader;
    if (secure != null && records != null) {
      stage = Stage.READY;
      outputs.add(new Ready(secure.send(), records, secure.remoteKey(), early));
    }
  }

  private void fail(Reason reason) {
    if (!isOver()) {
      stage = Stage.FAILED;
      outputs.add(new Failed(reason));
    }
  }
}
