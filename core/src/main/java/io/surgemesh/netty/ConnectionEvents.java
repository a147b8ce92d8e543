package io.surgemesh.netty;

import io.surgemesh.host.ConnectionListener;
import io.surgemesh.identity.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners of peers, on the mesh loop, in the order in which things happened. */
final class ConnectionEvents {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionEvents.class);

  private final NettyLoop meshLoop;

  // Confined to the mesh loop.
  private final List<ConnectionListener> listeners = new ArrayList<>();
  private final Map<PeerId, Boolean> identifiedByPeer = new TreeMap<>();

  ConnectionEvents(NettyLoop meshLoop) {
    this.meshLoop = meshLoop;
  }

  void add(ConnectionListener listener) {
    meshLoop.execute(
        () -> {
          listeners.add(listener);
          for (Map.Entry<PeerId, Boolean> known : new TreeMap<>(identifiedByPeer).entrySet()) {
            tell(listener, l -> l.onConnected(known.getKey()));
            if (known.getValue()) {
              tell(listener, l -> l.onIdentified(known.getKey()));
            }
          }
        });
  }

  void connected(PeerId peer) {
    meshLoop.execute(
        () -> {
          identifiedByPeer.put(peer, false);
          tellAll(listener -> listener.onConnected(peer));
        });
  }

  void disconnected(PeerId peer) {
    meshLoop.execute(
        () -> {
          identifiedByPeer.remove(peer);
          tellAll(listener -> listener.onDisconnected(peer));
        });
  }

  /** Ignored when the peer is no longer connected. */
  void identified(PeerId peer) {
    meshLoop.execute(
        () -> {
          if (identifiedByPeer.replace(peer, true) != null) {
            tellAll(listener -> listener.onIdentified(peer));
          }
        });
  }

  private void tellAll(Consumer<ConnectionListener> event) {
    for (ConnectionListener listener : List.copyOf(listeners)) {
      tell(listener, event);
    }
  }

  private static void tell(ConnectionListener listener, Consumer<ConnectionListener> event) {
    try {
      event.accept(listener);
    } catch (RuntimeException bug) {
      LOG.error("bug in a connection listener", bug);
    }
  }
}
