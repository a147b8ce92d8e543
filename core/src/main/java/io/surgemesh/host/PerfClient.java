package io.surgemesh.host;

import io.surgemesh.identity.MeshException.StreamBroken;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.machine.Loop;
import io.surgemesh.machine.Timer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The measuring side of one perf stream; confined to the connection's loop once it is open. */
final class PerfClient implements StreamListener {
  private final PerfRun run;
  private final PeerId peer;
  private final long patienceNanos;
  private volatile @Nullable Stream stream;

  /** Null until the upload has begun. */
  private @Nullable ZeroWriter writer;

  private @Nullable Timer timer;
  private long movedNanos;
  private long openedNanos;
  private long answeredNanos;
  private boolean answered;

  PerfClient(PerfRun run, PeerId peer, long patienceNanos) {
    this.run = run;
    this.peer = peer;
    this.patienceNanos = patienceNanos;
  }

  /** Opens the stream, which has the host's own deadlines, and goes on from there. */
  void start(Host host) {
    run.result().whenComplete((result, failure) -> onOver(failure));
    host.open(peer, Perf.PROTOCOL, this)
        .whenComplete(
            (opened, failure) -> {
              if (opened != null) {
                opened.connection().loop().execute(() -> onOpened(opened));
              } else if (failure != null) {
                Throwable cause = failure.getCause();
                fail(failure instanceof CompletionException && cause != null ? cause : failure);
              }
            });
  }

  private void onOpened(Stream opened) {
    stream = opened;
    if (run.result().isDone()) {
      opened.reset();
      return;
    }
    openedNanos = opened.connection().loop().nowNanos();
    movedNanos = openedNanos;
    arm(opened);
    opened.write(ByteBuffer.allocate(Perf.REQUEST_BYTES).putLong(0, run.downloadBytesMax()));
    writer = new ZeroWriter(run.uploadBytesMax());
    send(opened, writer);
  }

  private void send(Stream to, ZeroWriter sending) {
    sending.pump(to);
    run.uploaded(run.uploadBytesMax() - sending.leftBytes());
  }

  @Override
  public void onWritable(Stream to) {
    if (writer != null) {
      movedNanos = to.connection().loop().nowNanos();
      send(to, writer);
    }
  }

  @Override
  public void onData(Stream from, ByteBuffer data) {
    int bytes = data.remaining();
    long received = run.downloadedBytes() + bytes;
    if (!isUploaded() || received > run.downloadBytesMax()) {
      fail(new StreamBroken(peer, ResetReason.MISBEHAVED));
      return;
    }
    moved(from);
    run.downloaded(received);
    from.consumed(bytes);
  }

  @Override
  public void onRemoteClose(Stream from) {
    if (!isUploaded() || run.downloadedBytes() < run.downloadBytesMax()) {
      fail(new StreamBroken(peer, ResetReason.REMOTE));
      return;
    }
    moved(from);
    run.result()
        .complete(
            new PerfResult(
                Duration.ofNanos(answeredNanos - openedNanos),
                Duration.ofNanos(movedNanos - answeredNanos)));
  }

  @Override
  public void onReset(Stream from, ResetReason reason) {
    fail(new StreamBroken(peer, reason));
  }

  /** Returns whether the server may answer: the spec lets it only when we have closed. */
  private boolean isUploaded() {
    return writer != null && writer.leftBytes() == 0;
  }

  private void moved(Stream from) {
    movedNanos = from.connection().loop().nowNanos();
    if (!answered) {
      answered = true;
      answeredNanos = movedNanos;
    }
  }

  private void arm(Stream opened) {
    Loop loop = opened.connection().loop();
    timer = loop.arm(movedNanos + patienceNanos, () -> onDeadline(opened));
  }

  private void onDeadline(Stream opened) {
    if (run.result().isDone()) {
      return;
    }
    if (opened.connection().loop().nowNanos() - movedNanos < patienceNanos) {
      arm(opened);
    } else {
      fail(new StreamBroken(peer, ResetReason.TIMED_OUT));
    }
  }

  private void fail(Throwable failure) {
    run.result().completeExceptionally(failure);
  }

  /** Called by whoever ended it: this class on its loop, or a caller that cancelled. */
  private void onOver(@Nullable Throwable failure) {
    Stream opened = stream;
    if (opened == null) {
      return;
    }
    if (failure != null) {
      opened.reset();
    }
    Loop loop = opened.connection().loop();
    loop.execute(
        () -> {
          if (timer != null) {
            timer.cancel();
          }
        });
  }
}
