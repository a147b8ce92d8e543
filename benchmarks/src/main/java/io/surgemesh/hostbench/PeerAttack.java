package io.surgemesh.hostbench;

import io.surgemesh.host.Connection;
import io.surgemesh.host.Host;
import io.surgemesh.host.Identify;
import io.surgemesh.host.Ping;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.wire.FrameDecoder;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Attacks by a peer with an identity, which connects again whenever it is thrown out. */
final class PeerAttack implements Attack {
  /** What it does. */
  enum Kind {
    /** Opens streams and resets them at once. */
    STREAMS,
    /** Sends pings without waiting for the answers. */
    PINGS,
    /** Asks who the other is, again and again. */
    QUESTIONS,
    /** Has bytes sent back and takes none of them. */
    WITHHOLDING,
    /** Sends all but the last byte of requests as long as may be. */
    PARTIAL_FRAMES,
    /** Asks for much, closes its direction and takes nothing of it. */
    HALF_CLOSED
  }

  private static final long PATIENCE_MILLIS = 500;
  private static final int STREAMS_HELD_MAX = 60;
  private static final int PINGS_AT_ONCE = 100;
  private static final int PIECE_BYTES = 64 * 1024;
  private static final int QUESTIONS_AT_ONCE = 5;

  private final Kind kind;
  private final Host host;
  private final Multiaddr victim;
  private final ProtocolId echo;
  private final ArrayDeque<Stream> held = new ArrayDeque<>();
  private @Nullable Connection connection;

  PeerAttack(Kind kind, Host host, Multiaddr victim, ProtocolId echo) {
    this.kind = kind;
    this.host = host;
    this.victim = victim;
    this.echo = echo;
  }

  @Override
  public void step() throws InterruptedException {
    if (connection == null) {
      held.clear();
      connection = connect();
    }
    Connection present = connection;
    Stream stream = present == null ? null : open(present);
    if (stream == null) {
      return;
    }
    switch (kind) {
      case STREAMS -> stream.reset();
      case QUESTIONS -> stream.closeWrite();
      case PINGS -> stream.write(ByteBuffer.allocate(PINGS_AT_ONCE * Ping.PAYLOAD_BYTES));
      case WITHHOLDING -> {
        hold(stream);
        held.forEach(PeerAttack::fill);
      }
      case PARTIAL_FRAMES -> {
        byte[] frame = FrameDecoder.frame(new byte[AnsweringPeer.REQUEST_BYTES_MAX]);
        stream.write(ByteBuffer.wrap(frame, 0, frame.length - 1));
        hold(stream);
      }
      case HALF_CLOSED -> {
        for (int i = 0; i < QUESTIONS_AT_ONCE; i++) {
          stream.write(ByteBuffer.wrap(FrameDecoder.frame(new byte[1])));
        }
        stream.closeWrite();
        hold(stream);
      }
    }
  }

  private void hold(Stream stream) {
    held.add(stream);
    if (held.size() > STREAMS_HELD_MAX) {
      held.remove().reset();
    }
  }

  private @Nullable Connection connect() throws InterruptedException {
    try {
      return host.connect(victim).get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException refused) {
      return null;
    }
  }

  private @Nullable Stream open(Connection present) throws InterruptedException {
    ProtocolId protocol =
        switch (kind) {
          case STREAMS, WITHHOLDING -> echo;
          case PINGS -> Ping.PROTOCOL;
          case QUESTIONS -> Identify.PROTOCOL;
          case PARTIAL_FRAMES, HALF_CLOSED -> AnsweringPeer.ASK;
        };
    try {
      return present.open(protocol, new Deaf()).get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException refused) {
      if (!host.isConnected(present.remotePeer())) {
        connection = null;
      }
      return null;
    }
  }

  private static void fill(Stream stream) {
    if (stream.isWritable()) {
      stream.write(ByteBuffer.allocate(PIECE_BYTES));
    }
  }

  @Override
  public void end() {
    Connection present = connection;
    if (present != null) {
      present.close();
    }
    connection = null;
    held.clear();
  }

  /** Takes nothing of what comes, so that no credit goes back. */
  private static final class Deaf implements StreamListener {
    @Override
    public void onData(Stream stream, ByteBuffer data) {
      // Not consumed.
    }

    @Override
    public void onRemoteClose(Stream stream) {
      stream.closeWrite();
    }

    @Override
    public void onReset(Stream stream, ResetReason reason) {
      // The next one follows.
    }
  }
}
