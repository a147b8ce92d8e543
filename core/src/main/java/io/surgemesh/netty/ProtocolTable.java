package io.surgemesh.netty;

import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.StreamAcceptor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The protocols this host serves. Thread-safe; bounded by what the application registers. */
final class ProtocolTable {
  private final Map<String, StreamAcceptor> acceptors = new ConcurrentHashMap<>();

  void put(ProtocolId protocol, StreamAcceptor acceptor) {
    acceptors.put(protocol.value(), acceptor);
  }

  void remove(ProtocolId protocol) {
    acceptors.remove(protocol.value());
  }

  boolean isServed(String protocol) {
    return acceptors.containsKey(protocol);
  }

  @Nullable StreamAcceptor find(String protocol) {
    return acceptors.get(protocol);
  }

  /** Returns the served protocols in the order of their names. */
  List<ProtocolId> all() {
    return acceptors.keySet().stream().sorted().map(ProtocolId::new).toList();
  }
}
