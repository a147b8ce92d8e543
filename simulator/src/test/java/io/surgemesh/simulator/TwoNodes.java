package io.surgemesh.simulator;

import io.surgemesh.host.Connection;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Two nodes 10 ms apart, where the second serves {@link #TALK} and notes what it hears. */
final class TwoNodes {
  static final ProtocolId TALK = new ProtocolId("/test/talk/1.0.0");
  static final Duration LATENCY = Duration.ofMillis(10);

  final SimulatedNetwork network;
  final SimulatedHost near;
  final SimulatedHost far;
  final RecordingListener heard;
  Stream farStream;

  TwoNodes(RecordingListener heard) {
    this(heard, config(1));
  }

  TwoNodes(RecordingListener heard, NetworkConfig config) {
    this(1, heard, config);
  }

  TwoNodes(long seed, RecordingListener heard, NetworkConfig config) {
    this.heard = heard;
    network = new SimulatedNetwork(seed, config);
    near = network.addHost();
    far = network.addHost();
    far.handle(
        TALK,
        stream -> {
          farStream = stream;
          return heard;
        });
  }

  TwoNodes() {
    this(new RecordingListener());
  }

  static NetworkConfig config(long seed) {
    return NetworkConfig.defaults(seed).withLatency(LatencyModel.constant(LATENCY));
  }

  /** Returns two such nodes whose connections carry bytes. */
  static TwoNodes atByteLevel(RecordingListener heard) {
    return new TwoNodes(heard, config(1).withLevel(Level.BYTES));
  }

  Connection connect() {
    return await(near.connect(far.dialAddress()));
  }

  Stream open(StreamListener listener) {
    return await(connect().open(TALK, listener));
  }

  <T> T await(CompletableFuture<T> future) {
    network.time().runUntil(future::isDone, Duration.ofMinutes(1));
    return future.join();
  }

  /** Waits for a future that must fail, and returns with what. */
  Throwable awaitFailure(CompletableFuture<?> future) {
    network.time().runUntil(future::isDone, Duration.ofMinutes(1));
    return future.handle((value, failure) -> failure).join();
  }

  void runMillis(long millis) {
    network.time().runFor(Duration.ofMillis(millis));
  }

  static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
