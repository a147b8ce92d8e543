package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes the input for what happens to a lookup: answers, failures and time, in any order. Its first
 * bytes say what for, by which rules, and who is there at first.
 */
public final class LookupFuzz {
  private static final PeerId SELF = TestPeers.peer(0);
  private static final PeerId WANTED = TestPeers.peer(7);
  private static final int IP_GROUPS = 7;
  private static final long MILLI = 1_000_000L;

  private LookupFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    ByteBuffer input = ByteBuffer.wrap(data);
    if (input.remaining() > 2) {
      int mode = input.get();
      int more = input.get();
      Key target = (mode & 2) == 0 ? Key.of(WANTED) : Key.of(TestPeers.key("a"));
      List<PeerInfo> seeds = peers(input);
      LookupTerms terms = terms(mode, more, seeds);
      new Run(new Lookup(target, seeds, terms, 0), target, terms).play(input);
    }
  }

  private static LookupTerms terms(int mode, int more, List<PeerInfo> seeds) {
    DhtConfig config = DhtConfig.defaults().withAlpha(1 + (more & 3));
    if ((mode & 1) != 0) {
      config = config.withRules(SearchRules.PLAIN);
    }
    List<PeerInfo> scouts = new ArrayList<>();
    for (PeerInfo seed : seeds) {
      boolean isNew = scouts.stream().noneMatch(scout -> scout.peerId().equals(seed.peerId()));
      if (isNew && scouts.size() < (more >>> 2 & 3) && !seed.peerId().equals(SELF)) {
        scouts.add(seed);
      }
    }
    return new LookupTerms(
        SELF,
        config,
        (more & 16) == 0 ? peer -> RoundTrips.UNKNOWN : LookupFuzz::roundTrips,
        RoundTrips.UNKNOWN,
        config.ipGroups((more & 32) != 0),
        (mode & 4) == 0 ? 0 : Long.MAX_VALUE >>> (mode >> 4 & 15),
        (mode & 8) == 0 ? Widening.NONE : new Widening(5, true, 0),
        scouts);
  }

  /** Peers that take up to a second, and of each fourth nothing is known. */
  private static long roundTrips(PeerId peer) {
    int some = (int) Key.firstWord(peer);
    return (some & 3) == 0
        ? RoundTrips.UNKNOWN
        : RoundTrips.after(RoundTrips.UNKNOWN, (some >>> 2 & 0x3ff) * MILLI);
  }

  /** Reads some peers: their number, then a byte for each. Where each is differs by its place. */
  private static List<PeerInfo> peers(ByteBuffer input) {
    List<PeerInfo> peers = new ArrayList<>();
    for (int i = input.hasRemaining() ? input.get() & 31 : 0; i > 0 && input.hasRemaining(); i--) {
      int number = input.get() & 0xff;
      int network = input.position() % IP_GROUPS;
      peers.add(new PeerInfo(TestPeers.peer(number), List.of(TestPeers.address(network << 16))));
    }
    return peers;
  }

  private static final class Run {
    private final Lookup lookup;
    private final Key target;
    private final LookupTerms terms;
    private final Set<PeerId> inFlight = new LinkedHashSet<>();
    private final Set<PeerId> answered = new LinkedHashSet<>();
    private final Map<PeerId, Integer> asked = new LinkedHashMap<>();
    private long nowNanos;
    private int queries;
    private boolean over;

    Run(Lookup lookup, Key target, LookupTerms terms) {
      this.lookup = lookup;
      this.target = target;
      this.terms = terms;
    }

    void play(ByteBuffer input) {
      check();
      while (input.remaining() > 1) {
        int what = input.get();
        nowNanos += (long) (what & 0xf0) << 24;
        PeerId peer = peer(input.get() & 0xff);
        switch (what & 7) {
          case 0, 1, 2 -> answer(peer, peers(input));
          case 3 -> fail(peer, Failure.SILENT);
          case 4 -> fail(peer, Failure.BROKEN);
          case 5 -> fail(peer, Failure.CONNECTED);
          case 6 -> lookup.onTimeout(nowNanos);
          default -> onDeadline();
        }
        check();
      }
      for (int i = 0; !over; i++) {
        require(i < 10_000, "ends");
        onDeadline();
        check();
      }
    }

    /** Mostly one that is asked, or hardly anybody would ever answer. */
    private PeerId peer(int which) {
      return inFlight.isEmpty() || which % 8 == 0
          ? TestPeers.peer(which)
          : List.copyOf(inFlight).get(which % inFlight.size());
    }

    private void answer(PeerId peer, List<PeerInfo> closer) {
      if (inFlight.remove(peer)) {
        answered.add(peer);
      }
      lookup.onAnswer(peer, closer, nowNanos);
    }

    private void fail(PeerId peer, Failure how) {
      inFlight.remove(peer);
      lookup.onFailure(peer, how, nowNanos);
    }

    private void onDeadline() {
      if (!over) {
        nowNanos = Math.max(nowNanos, lookup.deadlineNanos());
        lookup.onTimeout(nowNanos);
      }
    }

    private void check() {
      for (Lookup.Output output : TestPeers.drain(lookup)) {
        require(!over, "is silent once over");
        if (output instanceof Lookup.Output.Query query) {
          onQuery(query.peer().peerId());
        } else if (output instanceof Lookup.Output.Cancel cancel) {
          require(inFlight.remove(cancel.peer()), "cancels what is in flight");
        } else if (output instanceof Lookup.Output.Found found) {
          over = true;
          onFound(found.nearest().stream().map(PeerInfo::peerId).toList());
        }
      }
      // Under plain rules the rest of the nearest is asked all at once.
      int alpha = terms.config().alpha();
      int atOnce = terms.areAdaptive() ? alpha : Math.max(alpha, terms.config().k());
      require(lookup.waiting() <= atOnce + terms.scouts().size(), "keeps alpha, and its scouts");
      require(lookup.slow() <= alpha, "keeps the bound on slow ones");
      require(lookup.asked() == queries, "counts its queries");
      require(queries <= terms.config().queriesMax(), "keeps the bound on queries");
      require(lookup.waiting() + lookup.slow() == inFlight.size() || over, "counts");
      require(!over || inFlight.isEmpty(), "leaves nothing in flight");
    }

    private void onQuery(PeerId peer) {
      queries++;
      require(!peer.equals(SELF), "never asks itself");
      require(inFlight.add(peer), "asks nobody twice at once");
      int times = asked.merge(peer, 1, Integer::sum);
      boolean isTarget = Key.of(peer).equals(target);
      require(times <= (isTarget ? Lookup.TARGET_TRIES_MAX : 1), "asks its target alone again");
    }

    private void onFound(List<PeerId> nearest) {
      require(answered.containsAll(nearest), "finds only those that answered");
      require(nearest.equals(TestPeers.sorted(nearest, target)), "finds the nearest first");
      require(Set.copyOf(nearest).size() == nearest.size(), "finds nobody twice");
      int most = terms.regionWord() == 0 ? terms.config().k() : Lookup.REGION_MAX;
      require(nearest.size() <= most || terms.widening().paths() > 0, "finds no more than asked");
    }

    private static void require(boolean holds, String rule) {
      if (!holds) {
        throw new AssertionError("a lookup " + rule);
      }
    }
  }
}
