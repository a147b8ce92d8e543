package io.surgemesh.simulator;

import io.surgemesh.machine.Machine;
import io.surgemesh.machine.Timer;
import io.surgemesh.session.ConnectionUpgrade;
import io.surgemesh.session.FrameReader;
import io.surgemesh.session.RecordFiller;
import io.surgemesh.session.RecordReader;
import io.surgemesh.session.RecordSealer;
import io.surgemesh.session.Yamux;
import io.surgemesh.session.YamuxOutput;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection at byte level once it carries streams: routes between the pipe, the yamux
 * machine and the streams.
 */
final class SessionMux implements FrameReader.Sink {
  /** Answers are sent before they are taken for a flood, when the peer takes them. */
  private static final int FRAMES_FLUSHED_AT = 128;

  private final SessionConnection connection;
  private final BytePipe pipe;
  private final ByteLevel shared;
  private final VirtualLoop loop;
  private final Yamux yamux;
  private final RecordSealer send;
  private final RecordReader records;
  private final FrameReader frames;
  private final RecordFiller<SessionStream> filler;
  // Bounded by the limits of yamux, as what is relieved within one flush is by these.
  private final Map<Integer, SessionStream> streams = new LinkedHashMap<>();
  private final List<SessionStream> relieved = new ArrayList<>();
  private @Nullable Timer keepAlive;
  private @Nullable Timer stall;
  private boolean closeWhenEmpty;
  private boolean scheduled;
  private boolean reading;
  private boolean flushing;
  private boolean closed;

  SessionMux(
      SessionConnection connection,
      BytePipe pipe,
      ByteLevel shared,
      ConnectionUpgrade.Ready upgraded) {
    this.connection = connection;
    this.pipe = pipe;
    this.shared = shared;
    this.loop = connection.loop();
    this.yamux = new Yamux(connection.isOutbound(), shared.yamux(), loop.nowNanos());
    this.send = upgraded.send();
    this.records = upgraded.reader();
    this.frames = new FrameReader(yamux, this);
    this.filler = new RecordFiller<>(yamux);
    armKeepAlive();
  }

  /** Opens a stream of ours; null when a limit is reached or the peer is going. */
  @Nullable SessionStream open() {
    int id = yamux.open(loop.nowNanos());
    return id == 0 ? null : add(id);
  }

  private SessionStream add(int id) {
    SessionStream stream = new SessionStream(connection, this, id);
    streams.put(id, stream);
    schedule();
    return stream;
  }

  void ready(SessionStream stream) {
    if (filler.add(stream)) {
      schedule();
    }
  }

  /** Takes note that a stream's queue fell below its soft limit. */
  void relieved(SessionStream stream) {
    relieved.add(stream);
  }

  void consumed(int streamId, int bytes) {
    yamux.consumed(streamId, bytes, loop.nowNanos());
    if (yamux.framesQueued() > 0) {
      schedule();
    }
  }

  /** The stream's queue is empty and its direction over. */
  void finished(SessionStream stream) {
    yamux.closeWrite(stream.id());
    forgetIfClosed(stream.id());
    schedule();
  }

  void resetByUs(SessionStream stream) {
    yamux.reset(stream.id());
    forget(stream.id());
    schedule();
  }

  /** Puts a farewell into the pipe. */
  void sayFarewell() {
    yamux.goAway();
    send();
  }

  /** Takes decrypted bytes that came before the first record of this phase. */
  void onEarly(ByteBuffer plain) {
    reading = true;
    frames.feed(plain, loop.nowNanos());
    onReadComplete();
  }

  /** Takes bytes of the pipe, all of them. */
  void onBytes(ByteBuffer bytes) {
    reading = true;
    long nowNanos = loop.nowNanos();
    for (ByteBuffer plain = records.poll(bytes);
        plain != null && !closed;
        plain = records.poll(bytes)) {
      frames.feed(plain, nowNanos);
    }
    bytes.position(bytes.limit());
    if (records.isBroken()) {
      connection.breakOff();
    }
    onReadComplete();
  }

  private void onReadComplete() {
    reading = false;
    if (scheduled || yamux.framesQueued() > 0) {
      flush();
    }
  }

  @Override
  public void onHeader() {
    performOutputs();
    if (yamux.framesQueued() >= FRAMES_FLUSHED_AT) {
      flush();
    }
  }

  @Override
  public void onBody(int streamId, ByteBuffer piece) {
    SessionStream stream = streams.get(streamId);
    if (stream != null) {
      stream.onData(piece);
    }
  }

  @Override
  public void onBodyEnd() {
    performOutputs();
  }

  private void performOutputs() {
    for (YamuxOutput output = yamux.poll(); output != null && !closed; output = yamux.poll()) {
      perform(output);
    }
  }

  private void perform(YamuxOutput output) {
    if (output instanceof YamuxOutput.Opened opened) {
      SessionNegotiation.accept(connection, add(opened.streamId()));
    } else if (output instanceof YamuxOutput.RemoteClosed remoteClosed) {
      onRemoteClosed(remoteClosed.streamId());
    } else if (output instanceof YamuxOutput.Reset reset) {
      onReset(reset.streamId());
    } else if (output instanceof YamuxOutput.Credited credited) {
      SessionStream stream = streams.get(credited.streamId());
      if (stream != null && stream.hasPending()) {
        ready(stream);
      }
    } else if (output instanceof YamuxOutput.WentAway wentAway && wentAway.normally()) {
      closeWhenEmpty = true;
      schedule();
    } else {
      send();
      connection.breakOff();
    }
  }

  private void onRemoteClosed(int streamId) {
    SessionStream stream = streams.get(streamId);
    if (stream != null) {
      forgetIfClosed(streamId);
      stream.onRemoteClosed();
    }
  }

  private void onReset(int streamId) {
    SessionStream stream = streams.get(streamId);
    if (stream != null) {
      forget(streamId);
      stream.onRemoteReset();
    }
  }

  private void forgetIfClosed(int streamId) {
    if (!yamux.isOpen(streamId)) {
      forget(streamId);
    }
  }

  private void forget(int streamId) {
    streams.remove(streamId);
    if (closeWhenEmpty) {
      schedule();
    }
  }

  private void armKeepAlive() {
    long deadlineNanos = yamux.deadlineNanos();
    if (deadlineNanos != Machine.NEVER && !closed) {
      keepAlive = loop.arm(deadlineNanos, this::onKeepAlive);
    }
  }

  private void onKeepAlive() {
    yamux.onTimeout(loop.nowNanos());
    performOutputs();
    flush();
    armKeepAlive();
  }

  /** The peer has taken bytes out of the pipe. */
  void onTaken() {
    cancelStall();
    if (filler.hasWork()) {
      schedule();
    }
  }

  /** Sends once the current event is done, or all that has arrived is read. */
  private void schedule() {
    if (!scheduled && !closed) {
      scheduled = true;
      if (!reading) {
        loop.execute(this::flushScheduled);
      }
    }
  }

  private void flushScheduled() {
    if (scheduled) {
      flush();
    }
  }

  private void flush() {
    send();
    if (relieved.isEmpty()) {
      return;
    }
    List<SessionStream> told = List.copyOf(relieved);
    relieved.clear();
    told.forEach(SessionStream::tellWritable);
  }

  /** Puts as much into the pipe as it takes now. */
  private void send() {
    scheduled = false;
    if (closed || flushing) {
      return;
    }
    flushing = true;
    while (pipe.isWritable()) {
      int bytes = filler.fill(shared.plain(), send.plainBytesMax());
      if (bytes == 0) {
        break;
      }
      int length = send.encryptRecord(shared.plain(), bytes, shared.record());
      if (length == RecordSealer.FAILED) {
        connection.breakOff();
        break;
      }
      pipe.write(shared.record(), length);
    }
    pipe.flush();
    flushing = false;
    if (closeWhenEmpty && streams.isEmpty() && !filler.hasWork()) {
      connection.breakOff();
    }
    watchStall();
  }

  /** Closes a connection whose peer takes nothing of a full pipe for too long, as sockets do. */
  private void watchStall() {
    if (!pipe.isWritable() && stall == null && !closed) {
      stall = loop.arm(loop.nowNanos() + shared.writeStallNanos(), connection::breakOff);
    }
  }

  private void cancelStall() {
    if (stall != null) {
      stall.cancel();
      stall = null;
    }
  }

  /** Ends every stream, in the way that {@code ending} says; nothing is sent any more. */
  void close(Consumer<SessionStream> ending) {
    closed = true;
    // What is left of the record being read comes to nothing.
    yamux.goAway();
    filler.clear();
    cancelStall();
    if (keepAlive != null) {
      keepAlive.cancel();
    }
    List<SessionStream> ended = new ArrayList<>(streams.values());
    streams.clear();
    ended.forEach(ending);
  }
}
