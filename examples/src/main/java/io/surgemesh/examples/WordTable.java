package io.surgemesh.examples;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/**
 * Counts of words, a word being any bytes: an open-addressing table over one arena of bytes.
 *
 * <p>Made for hundreds of megabytes: no object per word. Holds at most about 2^28 distinct words
 * and 2 GiB of their bytes; past that {@link #add} throws {@code IllegalStateException}.
 */
final class WordTable {
  /** Told every word with its count. */
  @FunctionalInterface
  interface Visitor<X extends Exception> {
    void visit(byte[] bytes, int offset, int length, long count) throws X;
  }

  private static final int SLOTS_FIRST = 1 << 12;
  private static final int SLOTS_MAX = 1 << 29;

  private byte[] arena = new byte[1 << 16];
  private int arenaUsed;
  private int[] offsets = new int[SLOTS_FIRST];
  private int[] lengths = new int[SLOTS_FIRST]; // 0 marks a free slot: no word is empty
  private int[] hashes = new int[SLOTS_FIRST];
  private long[] counts = new long[SLOTS_FIRST];
  private int size;

  /** Returns the number of distinct words. */
  int size() {
    return size;
  }

  /** Adds {@code count} to the word that stands at {@code offset}; the bytes are copied. */
  void add(byte[] bytes, int offset, int length, long count) {
    int hash = hash(bytes, offset, length);
    int slot = find(bytes, offset, length, hash);
    if (lengths[slot] != 0) {
      counts[slot] = Math.addExact(counts[slot], count);
      return;
    }
    offsets[slot] = store(bytes, offset, length);
    lengths[slot] = length;
    hashes[slot] = hash;
    counts[slot] = count;
    size++;
    if (size > offsets.length / 2) {
      grow();
    }
  }

  /** Visits every word, in no particular order. */
  <X extends Exception> void forEach(Visitor<X> visitor) throws X {
    for (int slot = 0; slot < lengths.length; slot++) {
      if (lengths[slot] != 0) {
        visitor.visit(arena, offsets[slot], lengths[slot], counts[slot]);
      }
    }
  }

  /** Writes all words: a 4-byte length, the bytes, an 8-byte count; a length of 0 ends the list. */
  void writeTo(DataOutputStream out) throws IOException {
    this.<IOException>forEach(
        (bytes, offset, length, count) -> {
          out.writeInt(length);
          out.write(bytes, offset, length);
          out.writeLong(count);
        });
    out.writeInt(0);
  }

  /**
   * Adds all words of a list written by {@link #writeTo}.
   *
   * @param bytesMax length of the whole list, so that no length in it is believed beyond that
   * @throws IOException when the list is cut or not of that form
   */
  void addAll(DataInputStream in, long bytesMax) throws IOException {
    byte[] word = new byte[64];
    for (int length = in.readInt(); length != 0; length = in.readInt()) {
      if (length < 0 || length > bytesMax) {
        throw new IOException("a word of " + length + " bytes in a list of " + bytesMax);
      }
      if (length > word.length) {
        word = new byte[length];
      }
      in.readFully(word, 0, length);
      long count = in.readLong();
      if (count <= 0) {
        throw new IOException("a count of " + count);
      }
      add(word, 0, length, count);
    }
    if (in.read() >= 0) {
      throw new EOFException("bytes after the end of the list");
    }
  }

  private int find(byte[] bytes, int offset, int length, int hash) {
    int mask = lengths.length - 1;
    int slot = hash & mask;
    while (lengths[slot] != 0 && !holds(slot, bytes, offset, length, hash)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private boolean holds(int slot, byte[] bytes, int offset, int length, int hash) {
    int at = offsets[slot];
    return hashes[slot] == hash
        && lengths[slot] == length
        && Arrays.equals(arena, at, at + length, bytes, offset, offset + length);
  }

  private int store(byte[] bytes, int offset, int length) {
    long needed = (long) arenaUsed + length;
    if (needed > Integer.MAX_VALUE - 8) {
      throw new IllegalStateException("more than 2 GiB of distinct words");
    }
    if (needed > arena.length) {
      long doubled = Math.max(needed, arena.length * 2L);
      arena = Arrays.copyOf(arena, (int) Math.min(doubled, Integer.MAX_VALUE - 8));
    }
    System.arraycopy(bytes, offset, arena, arenaUsed, length);
    int at = arenaUsed;
    arenaUsed += length;
    return at;
  }

  private void grow() {
    if (lengths.length >= SLOTS_MAX) {
      throw new IllegalStateException("more than " + size + " distinct words");
    }
    int[] oldOffsets = offsets;
    int[] oldLengths = lengths;
    int[] oldHashes = hashes;
    long[] oldCounts = counts;
    int slots = oldLengths.length * 2;
    offsets = new int[slots];
    lengths = new int[slots];
    hashes = new int[slots];
    counts = new long[slots];
    int mask = slots - 1;
    for (int old = 0; old < oldLengths.length; old++) {
      if (oldLengths[old] != 0) {
        int slot = oldHashes[old] & mask;
        while (lengths[slot] != 0) {
          slot = (slot + 1) & mask;
        }
        offsets[slot] = oldOffsets[old];
        lengths[slot] = oldLengths[old];
        hashes[slot] = oldHashes[old];
        counts[slot] = oldCounts[old];
      }
    }
  }

  private static int hash(byte[] bytes, int offset, int length) {
    int hash = 0x811c9dc5; // FNV-1a
    for (int i = offset; i < offset + length; i++) {
      hash = (hash ^ bytes[i]) * 0x01000193;
    }
    return hash ^ (hash >>> 15);
  }
}
