package io.surgemesh.simulator;

import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.ResetReason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Notes what happens on a stream; short data as text, long data as a count of bytes. */
final class RecordingListener implements StreamListener {
  private static final int TEXT_BYTES_MAX = 32;

  final List<String> events = new ArrayList<>();
  final boolean consumes;
  long bytes;

  RecordingListener(boolean consumes) {
    this.consumes = consumes;
  }

  RecordingListener() {
    this(true);
  }

  @Override
  public void onData(Stream stream, ByteBuffer data) {
    int count = data.remaining();
    bytes += count;
    events.add(
        count <= TEXT_BYTES_MAX
            ? StandardCharsets.UTF_8.decode(data).toString()
            : count + " bytes");
    if (consumes) {
      stream.consumed(count);
    }
  }

  @Override
  public void onRemoteClose(Stream stream) {
    events.add("closed");
  }

  @Override
  public void onReset(Stream stream, ResetReason reason) {
    events.add("reset " + reason);
  }

  @Override
  public void onWritable(Stream stream) {
    events.add("writable");
  }
}
