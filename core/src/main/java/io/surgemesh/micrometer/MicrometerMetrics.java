package io.surgemesh.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.surgemesh.host.HostMetrics;
import io.surgemesh.host.Rule;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.PeerId;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a host does in a Micrometer registry: {@code Mesh.builder(...).metrics(new
 * MicrometerMetrics(registry))}.
 *
 * <p>Needs {@code io.micrometer:micrometer-core} on the class path, which nothing else here does.
 *
 * <table>
 * <caption>Meters and their tags</caption>
 * <tr><th>meter</th><th>kind</th><th>tags</th></tr>
 * <tr><td>{@code surgemesh.connections}</td><td>gauge</td><td>direction, security</td></tr>
 * <tr><td>{@code surgemesh.connections.opened}</td><td>counter</td><td>direction, security</td></tr>
 * <tr><td>{@code surgemesh.connections.refused}</td><td>counter</td><td>direction</td></tr>
 * <tr><td>{@code surgemesh.dials.failed}</td><td>counter</td><td>reason</td></tr>
 * <tr><td>{@code surgemesh.handshakes.failed}</td><td>counter</td><td>direction, reason</td></tr>
 * <tr><td>{@code surgemesh.streams}</td><td>gauge</td><td>direction, protocol</td></tr>
 * <tr><td>{@code surgemesh.streams.ended}</td><td>counter</td><td>direction, protocol, end</td></tr>
 * <tr><td>{@code surgemesh.bytes}</td><td>counter</td><td>way: received or sent</td></tr>
 * <tr><td>{@code surgemesh.misbehaviour}</td><td>counter</td><td>rule</td></tr>
 * </table>
 *
 * <p>Peers are no tag, and there are at most {@value HostMetrics#PROTOCOLS_MAX} protocols and one
 * for the others: the number of meters is bounded whatever peers do. Hosts that share an instance
 * are counted together. Thread-safe.
 */
public final class MicrometerMetrics implements HostMetrics {
  private static final String DIRECTION = "direction";
  private static final String SECURITY = "security";
  private static final String PROTOCOL = "protocol";

  /** What is open now, by direction and what else tells it apart; bounded as the labels are. */
  private record Open(String meter, Direction direction, String label) {}

  private final MeterRegistry registry;
  private final Map<Open, AtomicLong> open = new ConcurrentHashMap<>();
  private final Counter received;
  private final Counter sent;

  /** Creates the metrics, which meet the registry's meters of the same names. */
  public MicrometerMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.received = registry.counter("surgemesh.bytes", "way", "received");
    this.sent = registry.counter("surgemesh.bytes", "way", "sent");
  }

  @Override
  public void connected(Direction direction, SecureChannel channel) {
    open("surgemesh.connections", direction, SECURITY, word(channel)).incrementAndGet();
    registry
        .counter(
            "surgemesh.connections.opened", DIRECTION, word(direction), SECURITY, word(channel))
        .increment();
  }

  @Override
  public void disconnected(Direction direction, SecureChannel channel) {
    open("surgemesh.connections", direction, SECURITY, word(channel)).decrementAndGet();
  }

  @Override
  public void connectionRefused(Direction direction) {
    registry.counter("surgemesh.connections.refused", DIRECTION, word(direction)).increment();
  }

  @Override
  public void dialFailed(Unreachable.Reason reason) {
    registry.counter("surgemesh.dials.failed", "reason", word(reason)).increment();
  }

  @Override
  public void handshakeFailed(Direction direction, Unreachable.Reason reason) {
    registry
        .counter("surgemesh.handshakes.failed", DIRECTION, word(direction), "reason", word(reason))
        .increment();
  }

  @Override
  public void streamOpened(String protocol, Direction direction) {
    open("surgemesh.streams", direction, PROTOCOL, protocol).incrementAndGet();
  }

  @Override
  public void streamEnded(String protocol, Direction direction, StreamEnd end) {
    open("surgemesh.streams", direction, PROTOCOL, protocol).decrementAndGet();
    registry
        .counter(
            "surgemesh.streams.ended",
            DIRECTION,
            word(direction),
            PROTOCOL,
            protocol,
            "end",
            word(end))
        .increment();
  }

  @Override
  public void bytesMoved(long in, long out) {
    received.increment((double) in);
    sent.increment((double) out);
  }

  @Override
  public void misbehaved(@Nullable PeerId peer, Rule rule) {
    registry.counter("surgemesh.misbehaviour", "rule", rule.toString()).increment();
  }

  private AtomicLong open(String meter, Direction direction, String tag, String label) {
    return open.computeIfAbsent(
        new Open(meter, direction, label),
        added -> {
          AtomicLong count = new AtomicLong();
          Gauge.builder(meter, count, AtomicLong::doubleValue)
              .tags(DIRECTION, word(direction), tag, label)
              .strongReference(true)
              .register(registry);
          return count;
        });
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
