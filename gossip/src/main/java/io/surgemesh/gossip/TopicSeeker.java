package io.surgemesh.gossip;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import io.surgemesh.machine.OrderedMap;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks for peers of topics that have too few, at growing intervals, and dials a few at a time.
 *
 * <p>Told at each heartbeat which topics are lonely, it needs no timer. At most {@value #FOUND_MAX}
 * found peers wait to be dialled, further ones are dropped; a peer dialled in vain is left alone
 * for {@value #VAIN_NANOS} ns, of at most {@value #VAIN_MAX} such peers.
 */
final class TopicSeeker implements Machine<TopicSeeker.Output> {
  static final int FOUND_MAX = 64;
  static final int VAIN_MAX = 1024;
  static final long VAIN_NANOS = 60_000_000_000L;

  /** What the driver must do next. */
  sealed interface Output {
    /** Find peers of a topic; the answer goes to {@link #onFound}. */
    record Find(String topic) implements Output {}

    /** Connect to a peer; the outcome goes to {@link #onDialled}. */
    record Connect(PeerInfo peer) implements Output {}
  }

  private static final class Search {
    private boolean running;
    private long nextNanos;
    private long intervalNanos;

    Search(long intervalNanos) {
      this.intervalNanos = intervalNanos;
    }
  }

  private final long intervalNanosMin;
  private final long intervalNanosMax;
  private final int dialsMax;
  private final Map<String, Search> searches = new OrderedMap<>();
  private final Map<PeerId, PeerInfo> found = new OrderedMap<>();
  private final Set<PeerId> dialling = new LinkedHashSet<>();
  private final Map<PeerId, Long> vain =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Long> eldest) {
          return size() > VAIN_MAX;
        }
      };
  private final Queue<Output> outputs = new ArrayDeque<>();

  TopicSeeker(OfferGossipConfig config) {
    this.intervalNanosMin = config.seekInterval().toNanos();
    this.intervalNanosMax = Math.max(intervalNanosMin, config.seekIntervalMax().toNanos());
    this.dialsMax = config.dialsMax();
  }

  /** A topic has too few peers. Topics are those of our own, so they are few. */
  void onLonely(String topic, long nowNanos) {
    Search search = searches.computeIfAbsent(topic, unused -> new Search(intervalNanosMin));
    if (!search.running && nowNanos >= search.nextNanos) {
      search.running = true;
      outputs.add(new Output.Find(topic));
    }
  }

  /**
   * A search ended.
   *
   * @param peers whom it found, none when it failed
   * @param isConnected tells who is connected already
   */
  void onFound(String topic, List<PeerInfo> peers, Predicate<PeerId> isConnected, long nowNanos) {
    Search search = searches.get(topic);
    if (search == null || !search.running) {
      return;
    }
    search.running = false;
    boolean anyNew = false;
    for (PeerInfo peer : peers) {
      Long since = vain.get(peer.peerId());
      boolean inVain = since != null && nowNanos - since < VAIN_NANOS;
      if (!inVain
          && found.size() < FOUND_MAX
          && !dialling.contains(peer.peerId())
          && !isConnected.test(peer.peerId())) {
        anyNew |= found.put(peer.peerId(), peer) == null;
      }
    }
    search.intervalNanos =
        anyNew ? intervalNanosMin : Math.min(intervalNanosMax, 2 * search.intervalNanos);
    search.nextNanos = nowNanos + search.intervalNanos;
    dialMore();
  }

  /** A dial ended. */
  void onDialled(PeerId peer, boolean connected, long nowNanos) {
    dialling.remove(peer);
    vain.remove(peer);
    if (!connected) {
      vain.put(peer, nowNanos);
    }
    dialMore();
  }

  private void dialMore() {
    while (dialling.size() < dialsMax && !found.isEmpty()) {
      PeerInfo next = found.remove(found.keySet().iterator().next());
      if (next != null && dialling.add(next.peerId())) {
        outputs.add(new Output.Connect(next));
      }
    }
  }

  @Override
  public @Nullable Output poll() {
    return outputs.poll();
  }

  @Override
  public long deadlineNanos() {
    return NEVER;
  }

  @Override
  public void onTimeout(long nowNanos) {
    // Waits for nothing: heartbeats come from outside.
  }
}
