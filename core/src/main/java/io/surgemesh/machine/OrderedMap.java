package io.surgemesh.machine;

import java.util.AbstractCollection;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collection;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A map that is walked over in the order in which its keys came, for the many small ones of many
 * peers in one process: some 20 bytes for each entry where {@code LinkedHashMap} takes 55.
 *
 * <p>Keys and values lie side by side in one array, in order; beyond a few, an index of their
 * places stands beside it, as in Python's dict. What is removed leaves its place empty until there
 * is need of it; a map that has become much emptier gives its room back, which {@code
 * LinkedHashMap} never does.
 *
 * <p>Not thread-safe, without null keys and values. Finding takes constant time unless keys are
 * made up to collide, when it takes time with their number: its owner bounds that.
 *
 * @param <K> keys, whose {@code hashCode} costs nothing
 * @param <V> values
 */
public final class OrderedMap<K, V> extends AbstractMap<K, V> {
  /** So few are looked through without an index. */
  private static final int UNINDEXED_MAX = 4;

  private static final int ROOM_FIRST = 4;

  /** A map that is emptier than one in this many gives room back. */
  private static final int ROOM_FACTOR = 3;

  private static final int HASH_MULTIPLIER = 0x9e3779b9;
  private static final @Nullable Object[] NOTHING = {};
  private static final int[] NO_INDEX = {};

  // The key of place i at 2 i, null where it was removed, and its value behind it.
  private @Nullable Object[] entries = NOTHING;
  // By hash, open addressing: below the place plus 1, above what is left of the hash, so that other
  // keys are rarely looked at; or 0. Also the places that are empty by now.
  private int[] index = NO_INDEX;
  // What is there lies from the one place up to the other.
  private int first;
  private int end;
  private int size;
  private int changes;

  @Override
  public int size() {
    return size;
  }

  @Override
  public boolean containsKey(Object key) {
    return find(key) >= 0;
  }

  @Override
  public @Nullable V get(Object key) {
    int place = find(key);
    return place < 0 ? null : value(place);
  }

  /** Puts a value at its key's place, which is the last one if the key is new. */
  @Override
  public @Nullable V put(K key, V value) {
    int place = find(key);
    if (place >= 0) {
      V former = value(place);
      entries[2 * place + 1] = value;
      return former;
    }
    if (2 * end == entries.length) {
      makeRoom();
    }
    entries[2 * end] = key;
    entries[2 * end + 1] = value;
    if (index.length > 0) {
      enter(key, end);
    }
    end++;
    size++;
    changes++;
    return null;
  }

  @Override
  public @Nullable V remove(Object key) {
    int place = find(key);
    if (place < 0) {
      return null;
    }
    V removed = value(place);
    removeAt(place);
    changes++;
    if (2 * ROOM_FIRST < entries.length && ROOM_FACTOR * 2 * size < entries.length) {
      rebuild(size + Math.max(ROOM_FIRST, size / 2));
    }
    return removed;
  }

  private void removeAt(int place) {
    entries[2 * place] = null;
    entries[2 * place + 1] = null;
    size--;
    while (first < end && entries[2 * first] == null) {
      first++;
    }
  }

  @Override
  public void clear() {
    entries = NOTHING;
    index = NO_INDEX;
    first = 0;
    end = 0;
    size = 0;
    changes++;
  }

  @Override
  public void forEach(BiConsumer<? super K, ? super V> taken) {
    int expected = changes;
    for (int place = first; place < end; place++) {
      K key = key(place);
      if (key != null) {
        taken.accept(key, value(place));
        requireSame(expected);
      }
    }
  }

  private void requireSame(int expected) {
    if (changes != expected) {
      throw new ConcurrentModificationException();
    }
  }

  /** Drops the empty places, and makes further ones unless that alone has made a quarter free. */
  private void makeRoom() {
    int places = entries.length / 2;
    rebuild(4 * size < 3 * places ? places : Math.max(ROOM_FIRST, places + places / 2));
  }

  private void rebuild(int places) {
    @Nullable Object[] former = entries;
    int formerEnd = end;
    entries = new @Nullable Object[2 * places];
    index = places > UNINDEXED_MAX ? new int[slots(places)] : NO_INDEX;
    end = 0;
    for (int place = first; place < formerEnd; place++) {
      Object key = former[2 * place];
      if (key != null) {
        entries[2 * end] = key;
        entries[2 * end + 1] = former[2 * place + 1];
        if (index.length > 0) {
          enter(key, end);
        }
        end++;
      }
    }
    first = 0;
  }

  /** Returns how many slots find so many places: a power of 2, of which a third stays free. */
  private static int slots(int places) {
    return Integer.highestOneBit(places + places / 2) << 1;
  }

  private void enter(Object key, int place) {
    int mask = index.length - 1;
    int hash = key.hashCode() * HASH_MULTIPLIER;
    int slot = home(hash);
    while (index[slot] != 0) {
      slot = slot + 1 & mask;
    }
    index[slot] = (hash & ~mask) | (place + 1);
  }

  /** Returns the place of a key, -1 when it has none. */
  private int find(Object key) {
    if (index.length == 0) {
      for (int place = first; place < end; place++) {
        if (key.equals(entries[2 * place])) {
          return place;
        }
      }
      return -1;
    }
    int mask = index.length - 1;
    int hash = key.hashCode() * HASH_MULTIPLIER;
    for (int slot = home(hash); index[slot] != 0; slot = slot + 1 & mask) {
      int place = (index[slot] & mask) - 1;
      if (((index[slot] ^ hash) & ~mask) == 0 && key.equals(entries[2 * place])) {
        return place;
      }
    }
    return -1;
  }

  /** Returns where in the index a search begins, by the best mixed bits. */
  private int home(int hash) {
    return hash >>> Integer.numberOfLeadingZeros(index.length - 1);
  }

  /** Returns for how many entries there is room. */
  int places() {
    return entries.length / 2;
  }

  @SuppressWarnings("unchecked") // Only put writes keys.
  private @Nullable K key(int place) {
    return (K) entries[2 * place];
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // Beside a key there is always a value, from put.
  private V value(int place) {
    return (V) entries[2 * place + 1];
  }

  @Override
  public Set<Map.Entry<K, V>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return size;
      }

      @Override
      public Iterator<Map.Entry<K, V>> iterator() {
        return new Walk<>() {
          @Override
          Map.Entry<K, V> at(K key, V value) {
            return new SimpleImmutableEntry<>(key, value);
          }
        };
      }
    };
  }

  @Override
  public Collection<V> values() {
    return new AbstractCollection<>() {
      @Override
      public int size() {
        return size;
      }

      @Override
      public Iterator<V> iterator() {
        return new Walk<>() {
          @Override
          V at(K key, V value) {
            return value;
          }
        };
      }
    };
  }

  private abstract class Walk<T> implements Iterator<T> {
    private int next = first;
    private int latest = -1;
    private int expected = changes;

    abstract T at(K key, V value);

    @Override
    public boolean hasNext() {
      while (next < end && entries[2 * next] == null) {
        next++;
      }
      return next < end;
    }

    @Override
    public T next() {
      requireSame(expected);
      K key = hasNext() ? key(next) : null;
      if (key == null) {
        throw new NoSuchElementException();
      }
      latest = next++;
      return at(key, value(latest));
    }

    @Override
    public void remove() {
      requireSame(expected);
      if (latest < 0) {
        throw new IllegalStateException("nothing to remove");
      }
      removeAt(latest);
      latest = -1;
      expected = ++changes;
    }
  }
}
