package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the answers to one search for a value said: the best value so far, who holds it, and who
 * holds a worse one (libp2p kad-dht r2, Getting values).
 *
 * <p>An answer without a value, or with one that is not valid, does not count towards the quorum.
 * Holds one value, and as many peers as the search asks.
 */
final class ValueAnswers {
  private final Bytes key;
  private final int quorum;
  private final Validators validators;
  private final Set<PeerId> holders = new LinkedHashSet<>();
  private final Set<PeerId> outdated = new LinkedHashSet<>();
  private @Nullable Bytes best;

  ValueAnswers(Bytes key, int quorum, Validators validators) {
    this.key = key;
    this.quorum = quorum;
    this.validators = validators;
  }

  /**
   * Takes the record of an answer, or the one that this peer itself holds.
   *
   * @return false when it is one of another key, so that the peer answered something else than it
   *     was asked
   */
  boolean add(PeerId from, Optional<ValueRecord> record) {
    if (record.isEmpty()) {
      return true;
    }
    if (!record.get().key().equals(key)) {
      return false;
    }
    Bytes value = record.get().value();
    if ((best != null && best.equals(value)) || validators.isValid(key, value)) {
      add(from, value);
    }
    return true;
  }

  private void add(PeerId from, Bytes value) {
    if (best == null) {
      best = value;
    } else if (!validators.isAsGood(key, value, best)) {
      if (!validators.isBetter(key, value, best)) {
        outdated.add(from);
        return;
      }
      best = value;
      outdated.addAll(holders);
      holders.clear();
    }
    holders.add(from);
  }

  Optional<Bytes> best() {
    return Optional.ofNullable(best);
  }

  /** Returns whether as many values as wanted have come. */
  boolean hasQuorum() {
    return holders.size() + outdated.size() >= quorum;
  }

  /**
   * Returns those to whom the best value is to be sent: whoever of the nearest holds a worse one,
   * or none. A search that ended early does not know whether the latter are among the nearest.
   *
   * @param nearest who answered, nearest first
   * @param countMax how many of them should hold it
   */
  List<PeerInfo> toCorrect(List<PeerInfo> nearest, int countMax) {
    return nearest.stream()
        .limit(countMax)
        .filter(peer -> !holders.contains(peer.peerId()))
        .filter(peer -> !hasQuorum() || outdated.contains(peer.peerId()))
        .toList();
  }
}
