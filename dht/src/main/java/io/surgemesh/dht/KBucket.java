package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The peers of one range of distances: up to k live ones, and as many that wait for a place.
 *
 * <p>A live peer is never put out by a newcomer, only by its own silence; that is what keeps an
 * old, honest table from being flushed (Maymounkov and Mazieres 2002, section 2.2; go-ipfs since
 * 0.5). Both lists run from least to most recently seen. When the waiting list is full, the one
 * that waits longest is dropped.
 */
final class KBucket {
  private record Entry(Contact contact, long seenNanos) {}

  private final int k;
  private final Map<PeerId, Entry> live = new LinkedHashMap<>();
  private final Map<PeerId, Entry> replacements = new LinkedHashMap<>();

  KBucket(int k) {
    this.k = k;
  }

  /** Takes in a peer that proved to be there; it becomes live, or waits when the bucket is full. */
  void onSeen(Contact contact, long nowNanos) {
    Entry entry = new Entry(contact, nowNanos);
    boolean known = live.remove(contact.peer()) != null;
    if (known || live.size() < k) {
      replacements.remove(contact.peer());
      live.put(contact.peer(), entry);
      return;
    }
    replacements.remove(contact.peer());
    replacements.put(contact.peer(), entry);
    if (replacements.size() > k) {
      removeFirst(replacements);
    }
  }

  /** Drops a peer that did not answer; the replacement seen last takes its place. */
  void onSilent(PeerId peer) {
    replacements.remove(peer);
    if (live.remove(peer) == null || replacements.isEmpty()) {
      return;
    }
    List<PeerId> waiting = new ArrayList<>(replacements.keySet());
    PeerId latest = waiting.get(waiting.size() - 1);
    Entry entry = replacements.remove(latest);
    if (entry != null) {
      live.put(latest, entry);
    }
  }

  boolean contains(PeerId peer) {
    return live.containsKey(peer);
  }

  int size() {
    return live.size();
  }

  int replacementCount() {
    return replacements.size();
  }

  void addTo(List<Contact> target) {
    live.values().forEach(entry -> target.add(entry.contact));
  }

  /** Tells of each live peer when it was last seen, least recently seen first. */
  void forEachSeen(BiConsumer<PeerId, Long> visitor) {
    live.forEach((peer, entry) -> visitor.accept(peer, entry.seenNanos));
  }

  private static void removeFirst(Map<PeerId, Entry> entries) {
    Iterator<PeerId> oldest = entries.keySet().iterator();
    oldest.next();
    oldest.remove();
  }
}
