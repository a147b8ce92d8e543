package io.surgemesh.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.surgemesh.session.RecordFiller;
import io.surgemesh.session.RecordSealer;
import io.surgemesh.session.Yamux;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends what a connection has to send in full records, when the socket takes them.
 *
 * <p>Each record is encrypted once and all records of one turn of the loop go out with one flush.
 * While the socket does not take bytes no record is filled. Confined to the connection's loop.
 */
final class OutboundScheduler {
  private final Channel channel;
  private final NettyLoop loop;
  private final RecordSealer send;
  private final MuxSession session;
  private final WriteStall stall;
  private final RecordFiller<NettyStream> filler;
  private final List<NettyStream> relieved = new ArrayList<>();
  private boolean scheduled;
  private boolean reading;
  private boolean flushing;
  private boolean closed;

  OutboundScheduler(
      Channel channel,
      NettyLoop loop,
      RecordSealer send,
      Yamux yamux,
      MuxSession session,
      WriteStall stall) {
    this.channel = channel;
    this.loop = loop;
    this.send = send;
    this.filler = new RecordFiller<>(yamux);
    this.session = session;
    this.stall = stall;
  }

  /** Lets a stream that has something to send take its turn. */
  void ready(NettyStream stream) {
    if (filler.add(stream)) {
      schedule();
    }
  }

  /**
   * Tells that a stream's queue fell below its soft limit: its owner hears of it after the flush.
   */
  void relieved(NettyStream stream) {
    relieved.add(stream);
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
    if (channel.isWritable() && filler.hasWork()) {
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
      int bytes = filler.fill(loop.plainScratch(), send.plainBytesMax());
      if (bytes == 0) {
        break;
      }
      write(bytes);
      wrote = true;
    }
    if (wrote) {
      channel.flush();
      stall.onWritten();
      session.traffic().passed();
    }
    if (session.isDone() && !filler.hasWork()) {
      // Behind what the socket has not taken yet.
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
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

  private void write(int plainBytes) {
    int length = send.encryptRecord(loop.plainScratch(), plainBytes, loop.recordScratch());
    if (length == RecordSealer.FAILED) {
      close();
      channel.close();
    } else {
      writeRecord(length);
    }
  }

  private void writeRecord(int length) {
    ByteBuf buffer = channel.alloc().directBuffer(length);
    buffer.writeBytes(loop.recordScratch(), 0, length);
    channel.write(buffer, channel.voidPromise());
    session.traffic().sent(length);
  }

  /** Sends what is left, and that nothing follows. */
  void end() {
    flush();
    int length = closed ? 0 : send.encryptEnd(loop.recordScratch());
    if (length > 0) {
      writeRecord(length);
      channel.flush();
    }
  }

  /** Sends nothing any more. */
  void close() {
    closed = true;
    filler.clear();
    stall.close();
  }
}
