package io.surgemesh.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.surgemesh.session.CipherState;
import io.surgemesh.session.Yamux;
import io.surgemesh.session.YamuxFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Gathers what a connection has to send into full records: control frames first, then the streams
 * in turn.
 *
 * <p>Each record is encrypted once and all records of one turn of the loop go out with one flush.
 * While the socket does not take bytes nothing is gathered, so what waits stays in the streams'
 * queues, where it is counted. Confined to the connection's loop.
 */
final class OutboundScheduler {
  private static final int HEADER_BYTES = YamuxFrame.HEADER_BYTES;
  private static final int LENGTH_BYTES = 2;

  /** The share of one stream in a record that others wait for as well, in bytes. */
  private static final int FAIR_BODY_BYTES = 16 * 1024;

  private final Channel channel;
  private final NettyLoop loop;
  private final CipherState send;
  private final Yamux yamux;
  private final MuxSession session;
  private final WriteStall stall;
  private final ArrayDeque<NettyStream> ready = new ArrayDeque<>();
  private final List<NettyStream> relieved = new ArrayList<>();
  private boolean scheduled;
  private boolean reading;
  private boolean flushing;
  private boolean closed;

  OutboundScheduler(
      Channel channel,
      NettyLoop loop,
      CipherState send,
      Yamux yamux,
      MuxSession session,
      WriteStall stall) {
    this.channel = channel;
    this.loop = loop;
    this.send = send;
    this.yamux = yamux;
    this.session = session;
    this.stall = stall;
  }

  /** Lets a stream that has something to send take its turn. */
  void ready(NettyStream stream) {
    if (yamux.credit(stream.id()) > 0 && stream.schedule()) {
      ready.add(stream);
      schedule();
    }
  }

  /** Flushes once the current task is done, or all that has arrived is read. */
  void schedule() {
    if (!scheduled && !closed) {
      scheduled = true;
      if (!reading) {
        loop.execute(this::flushScheduled);
      }
    }
  }

  /**
   * Tells that bytes read are being dealt with, or that it is done: then what came of it goes out.
   */
  void reading(boolean now) {
    reading = now;
    if (!now && scheduled) {
      flushScheduled();
    }
  }

  private void flushScheduled() {
    if (scheduled) {
      flush();
    }
  }

  void onWritabilityChanged() {
    if (channel.isWritable() && (!ready.isEmpty() || yamux.framesQueued() > 0)) {
      schedule();
    }
  }

  /** Writes as much as the socket takes now. */
  void flush() {
    scheduled = false;
    if (closed || flushing) {
      return;
    }
    flushing = true;
    boolean wrote = false;
    while (channel.isWritable()) {
      int bytes = gather(loop.plainScratch());
      if (bytes == 0) {
        break;
      }
      write(bytes);
      wrote = true;
    }
    if (wrote) {
      channel.flush();
      stall.onWritten();
    }
    flushing = false;
    tellRelieved();
  }

  private void tellRelieved() {
    if (session.budget().takeRelief()) {
      session.streams().all().forEach(NettyStream::tellWritable);
      relieved.clear();
      return;
    }
    for (int i = 0; i < relieved.size(); i++) {
      relieved.get(i).tellWritable();
    }
    relieved.clear();
  }

  /** Fills one record; returns its plain length. */
  private int gather(byte[] plain) {
    int filled = gatherFrames(plain, 0);
    while (!ready.isEmpty() && plain.length - filled > HEADER_BYTES) {
      filled += take(ready.remove(), plain, filled);
    }
    // Streams that are done with it close in the same record.
    return gatherFrames(plain, filled);
  }

  private int gatherFrames(byte[] plain, int from) {
    int filled = from;
    while (plain.length - filled >= HEADER_BYTES) {
      YamuxFrame frame = yamux.pollFrame();
      if (frame == null) {
        break;
      }
      frame.write(plain, filled);
      filled += HEADER_BYTES;
    }
    return filled;
  }

  private int take(NettyStream stream, byte[] plain, int filled) {
    stream.unschedule();
    if (stream.isOver()) {
      return 0;
    }
    int id = stream.id();
    int share = ready.isEmpty() ? Yamux.BODY_BYTES_MAX : FAIR_BODY_BYTES;
    int room = Math.min(share, plain.length - filled - HEADER_BYTES);
    int bodyMax = (int) Math.min(yamux.credit(id), room);
    int body = stream.drainTo(plain, filled + HEADER_BYTES, bodyMax);
    if (body > 0) {
      YamuxFrame.writeData(id, body, plain, filled);
      yamux.onSent(id, body);
      if (stream.sent(body)) {
        relieved.add(stream);
      }
    }
    if (stream.hasPending()) {
      if (yamux.credit(id) > 0 && stream.schedule()) {
        ready.add(stream);
      }
    } else if (stream.isClosing()) {
      session.finished(stream);
    }
    return body > 0 ? HEADER_BYTES + body : 0;
  }

  private void write(int plainBytes) {
    byte[] record = loop.recordScratch();
    int length = send.encrypt(loop.plainScratch(), 0, plainBytes, record, LENGTH_BYTES);
    if (length == CipherState.FAILED) {
      close();
      channel.close();
      return;
    }
    record[0] = (byte) (length >>> 8);
    record[1] = (byte) length;
    ByteBuf buffer = channel.alloc().directBuffer(LENGTH_BYTES + length);
    buffer.writeBytes(record, 0, LENGTH_BYTES + length);
    channel.write(buffer, channel.voidPromise());
  }

  /** Sends nothing any more. */
  void close() {
    closed = true;
    ready.clear();
    stall.close();
  }
}
