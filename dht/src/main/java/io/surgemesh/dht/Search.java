package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;

/** A running lookup, what it is for, and what it came by on the way. */
final class Search {
  /** What a search is for. */
  sealed interface Purpose {
    /**
     * Find out where a peer is; over as soon as the peer itself has answered.
     *
     * @param ticket of who asked
     */
    record FindPeer(long ticket, PeerId peer) implements Purpose {
      @Override
      public boolean isForApplication() {
        return true;
      }
    }

    /**
     * Find peers that announced the key; over once enough are known, if that is ever so.
     *
     * @param ticket of who asked
     * @param answers what was said so far
     */
    record FindProviders(long ticket, ProviderAnswers answers) implements Purpose {
      @Override
      public KadMessage.Type requestType() {
        return KadMessage.Type.GET_PROVIDERS;
      }

      @Override
      public boolean isForApplication() {
        return true;
      }
    }

    /**
     * Find the value of a key; over once enough have said theirs.
     *
     * @param ticket of who asked
     * @param answers what was said so far
     */
    record FindValue(long ticket, ValueAnswers answers) implements Purpose {
      @Override
      public KadMessage.Type requestType() {
        return KadMessage.Type.GET_VALUE;
      }

      @Override
      public boolean isForApplication() {
        return true;
      }
    }

    /**
     * Find the peers that are to keep a value.
     *
     * @param put its number among the {@link Puts}
     * @param regionWord within which distance peers are sent it at once, as its first word
     */
    record PutValue(long put, Bytes value, long regionWord) implements Purpose {
      /** Returns whether a peer will most likely be sent it anyway, so that it is at once. */
      boolean isNear(Key target, PeerId peer) {
        return target.isWithin(regionWord, peer);
      }

      @Override
      public long regionWord(long ownRegionWord) {
        return regionWord;
      }

      @Override
      public boolean isForApplication() {
        return true;
      }
    }

    /**
     * Find the peers that are to keep our records.
     *
     * @param type how they are told of them: ADD_PROVIDER or PUT_VALUE
     */
    record Announcing(Walk walk, KadMessage.Type type) implements Purpose {
      @Override
      public long regionWord(long ownRegionWord) {
        return walk.regionWord();
      }
    }

    /** Find our own neighbours, to join. */
    record Joining() implements Purpose {}

    /** Find our own neighbours in another part of the mesh. */
    record Reuniting() implements Purpose {}

    /** Meet peers of a part of the key space. */
    record Refreshing() implements Purpose {}

    /**
     * Returns within which distance all peers are asked, as its first word. Where records are it is
     * the key's own region: whoever crowds the nearest places must not be the only one to keep or
     * know what stands there.
     *
     * @param ownRegionWord how far from a key its k nearest should all be
     */
    default long regionWord(long ownRegionWord) {
      return this instanceof FindPeer || fillsTheTable() ? 0 : ownRegionWord;
    }

    /**
     * Returns when a search that seems to be over goes on. A peer that is searched for ends the
     * search itself, so that one that seems over has not found it; what fills the table alone is
     * searched for again anyway.
     *
     * @param ownRegionWord how far from a key its k nearest should all be
     */
    default Widening widening(DhtConfig config, long ownRegionWord) {
      return fillsTheTable() || config.rules() == SearchRules.PLAIN
          ? Widening.NONE
          : new Widening(
              config.paths(),
              this instanceof FindPeer,
              !(this instanceof Announcing),
              ownRegionWord);
    }

    /** Returns whether this is there to meet peers, and who is nearest does not matter. */
    default boolean fillsTheTable() {
      return this instanceof Joining || this instanceof Refreshing || this instanceof Reuniting;
    }

    /** Returns whether somebody waits for the outcome, rather than this DHT itself. */
    default boolean isForApplication() {
      return false;
    }

    /** Returns what peers are asked for. */
    default KadMessage.Type requestType() {
      return KadMessage.Type.FIND_NODE;
    }
  }

  private final long number;
  private final Purpose purpose;
  private final KadMessage request;
  private final Lookup lookup;

  /**
   * Creates a search.
   *
   * @param request what each peer is asked
   */
  Search(long number, Purpose purpose, KadMessage request, Lookup lookup) {
    this.number = number;
    this.purpose = purpose;
    this.request = request;
    this.lookup = lookup;
  }

  long number() {
    return number;
  }

  Purpose purpose() {
    return purpose;
  }

  /** Returns what is searched for, and what most peers are asked. */
  KadMessage request() {
    return request;
  }

  /** Returns what to ask a peer. */
  KadMessage requestFor(PeerId peer) {
    return purpose instanceof Purpose.Announcing announcing
        ? announcing.walk().requestFor(peer)
        : request;
  }

  Lookup lookup() {
    return lookup;
  }

  /**
   * Takes in what an answer says of what is searched for.
   *
   * @param group the IP group that it came from, {@link IpGroups#NONE} for none
   * @param self this peer, which is no provider to itself
   * @return false when it answers something else than was asked
   */
  boolean take(KadMessage answer, PeerId from, int group, PeerId self) {
    if (answer.type() != request.type()) {
      return false;
    }
    if (purpose instanceof Purpose.FindProviders wanted) {
      wanted.answers().add(from, answer.providers(), group, self);
    }
    return !(purpose instanceof Purpose.FindValue wanted)
        || wanted.answers().add(from, answer.record());
  }

  /** Returns whether nothing more is wanted, after {@code from} has answered. */
  boolean isSatisfiedBy(PeerId from) {
    if (purpose instanceof Purpose.FindPeer wanted) {
      return wanted.peer().equals(from);
    }
    if (purpose instanceof Purpose.FindValue wanted) {
      return wanted.answers().hasQuorum();
    }
    return purpose instanceof Purpose.FindProviders wanted && wanted.answers().areEnough();
  }

  /** Returns a hash that is the same in every run, as that of each object is not. */
  @Override
  public int hashCode() {
    return Long.hashCode(number);
  }
}
