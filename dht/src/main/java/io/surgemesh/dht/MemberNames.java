package io.surgemesh.dht;

import java.util.Arrays;
import java.util.Collection;

/** Names of joins and leaves under one salt, as {@link MemberEvent#name}. Immutable. */
final class MemberNames {
  static final MemberNames NONE = new MemberNames();

  private final int[] ascending;

  /** Copies the names. */
  MemberNames(int... names) {
    ascending = names.clone();
    Arrays.sort(ascending);
  }

  static MemberNames of(Collection<Integer> names) {
    return new MemberNames(names.stream().mapToInt(Integer::intValue).toArray());
  }

  int size() {
    return ascending.length;
  }

  boolean contains(int name) {
    return Arrays.binarySearch(ascending, name) >= 0;
  }

  /** Returns them in ascending order. */
  Iterable<Integer> all() {
    return () -> Arrays.stream(ascending).iterator();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MemberNames that && Arrays.equals(ascending, that.ascending);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ascending);
  }

  @Override
  public String toString() {
    return size() + " names";
  }
}
