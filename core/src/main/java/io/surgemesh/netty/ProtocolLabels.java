package io.surgemesh.netty;

import io.surgemesh.host.HostMetrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which protocols are told by name: the first {@value HostMetrics#PROTOCOLS_MAX} that were agreed,
 * so that this host serves or has opened them. Thread-safe.
 */
final class ProtocolLabels {
  private final Map<String, String> known = new ConcurrentHashMap<>();

  /** Returns the name, or what stands for all others. */
  String of(String agreed) {
    String label = known.get(agreed);
    return label == null ? added(agreed) : label;
  }

  private synchronized String added(String agreed) {
    if (!known.containsKey(agreed) && known.size() >= HostMetrics.PROTOCOLS_MAX) {
      return HostMetrics.OTHER_PROTOCOL;
    }
    known.put(agreed, agreed);
    return agreed;
  }
}
