package io.surgemesh.netty;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The open streams of one connection; bounded by the limits of yamux. Confined to its loop. */
final class StreamTable {
  private final Map<Integer, NettyStream> byId = new HashMap<>();

  /** Data of one stream tends to come in a row. */
  private @Nullable NettyStream lastFound;

  void add(NettyStream stream) {
    byId.put(stream.id(), stream);
  }

  @Nullable NettyStream find(int streamId) {
    NettyStream found = lastFound;
    if (found == null || found.id() != streamId) {
      found = byId.get(streamId);
      lastFound = found;
    }
    return found;
  }

  void remove(int streamId) {
    NettyStream removed = byId.remove(streamId);
    lastFound = null;
    if (removed != null) {
      removed.forgotten();
    }
  }

  List<NettyStream> all() {
    return new ArrayList<>(byId.values());
  }

  boolean isEmpty() {
    return byId.isEmpty();
  }
}
