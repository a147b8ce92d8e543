package io.surgemesh.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.ResetReason;
import io.surgemesh.machine.Loop;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameChannelTest {
  private final List<Runnable> tasks = new ArrayList<>();
  private final List<String> told = new ArrayList<>();

  private final FrameListener<byte[]> listener =
      new FrameListener<byte[]>() {
        @Override
        public void onFrame(FrameChannel<byte[]> channel, byte[] frame) {
          told.add("frame of " + frame.length);
        }

        @Override
        public void onRemoteClose(FrameChannel<byte[]> channel) {
          told.add("closed");
        }

        @Override
        public void onReset(FrameChannel<byte[]> channel, ResetReason reason) {
          told.add("reset " + reason);
        }
      };

  private final FrameChannel<byte[]> channel =
      new FrameChannel<>(loop(), FrameCodec.bytes(), 10, listener);

  private Loop loop() {
    return stub(
        Loop.class,
        (name, arguments) -> {
          if (name.equals("execute") || name.equals("dispatch")) {
            tasks.add((Runnable) arguments[0]);
          }
          return name.equals("nowNanos") ? 0L : false;
        });
  }

  private Stream stream() {
    return stub(
        Stream.class,
        (name, arguments) -> {
          told.add(name + (arguments == null ? "" : " " + arguments[0]));
          return false;
        });
  }

  private interface Call {
    Object called(String name, Object[] arguments);
  }

  private static <T> T stub(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              Object returned = call.called(method.getName(), arguments);
              return method.getReturnType().isPrimitive() ? returned : null;
            }));
  }

  private void runAll() {
    List<Runnable> due = new ArrayList<>(tasks);
    tasks.clear();
    due.forEach(Runnable::run);
  }

  @Test
  void manyShortFramesOfOnePieceWaitAsOneTask() {
    channel.onData(stream(), ByteBuffer.wrap(new byte[1000]));
    assertThat(tasks).hasSize(1);

    runAll();

    assertThat(told).hasSize(1001).startsWith("frame of 0").endsWith("consumed 1000");
  }

  @Test
  void whatIsNoFrameIsToldAfterTheFramesBeforeItAndNothingFollows() {
    Stream stream = stream();
    channel.onData(stream, ByteBuffer.wrap(new byte[] {1, 5, 11, 0}));
    channel.onData(stream, ByteBuffer.wrap(new byte[] {0}));
    channel.onRemoteClose(stream);
    channel.onReset(stream, ResetReason.REMOTE);

    runAll();

    assertThat(told).containsExactly("frame of 1", "reset", "reset MISBEHAVED");
  }

  @Test
  void aStreamThatEndsInsideAFrameIsReset() {
    Stream stream = stream();
    channel.onData(stream, ByteBuffer.wrap(new byte[] {2, 5}));
    channel.onRemoteClose(stream);

    runAll();

    assertThat(told).containsExactly("consumed 2", "keeps 2", "reset", "reset MISBEHAVED");
  }

  @Test
  void theStreamIsToldWhatIsKeptOfAFrameUntilItIsWhole() {
    Stream stream = stream();
    channel.onData(stream, ByteBuffer.wrap(new byte[] {1, 5, 4, 0, 0}));
    channel.onData(stream, ByteBuffer.wrap(new byte[] {0, 0, 2, 7}));
    channel.onData(stream, ByteBuffer.wrap(new byte[] {8}));
    runAll();

    assertThat(told)
        .containsExactly(
            "frame of 1",
            "consumed 5",
            "keeps 5",
            "frame of 4",
            "consumed 4",
            "keeps 1",
            "frame of 2",
            "consumed 1",
            "keeps 0");
  }
}
