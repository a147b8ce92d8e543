package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Takes the input for what happens to a lookup: answers, failures and time, in any order. */
public final class LookupFuzz {
  private static final PeerId SELF = TestPeers.peer(0);
  private static final PeerId WANTED = TestPeers.peer(7);
  private static final DhtConfig CONFIG = DhtConfig.defaults().withAlpha(3);

  private LookupFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    ByteBuffer input = ByteBuffer.wrap(data);
    if (input.remaining() < 2) {
      return;
    }
    int mode = input.get();
    DhtConfig config = (mode & 1) == 0 ? CONFIG : CONFIG.withRules(SearchRules.PLAIN);
    Key target = (mode & 2) == 0 ? Key.of(WANTED) : Key.of(TestPeers.key("a"));
    LookupTerms terms = LookupTerms.of(SELF, config);
    long regionWord = (mode & 4) == 0 ? 0 : Long.MAX_VALUE >>> (mode >> 4 & 15);
    Widening widening = (mode & 8) == 0 ? Widening.NONE : new Widening(5, true, 0);
    terms = terms.withRegion(regionWord).withWidening(widening);
    new Run(new Lookup(target, peers(input), terms, 0), config).play(input);
  }

  /** Reads some peers: their number, then a byte for each. */
  private static List<PeerInfo> peers(ByteBuffer input) {
    List<PeerInfo> peers = new ArrayList<>();
    for (int i = input.hasRemaining() ? input.get() & 31 : 0; i > 0 && input.hasRemaining(); i--) {
      int number = input.get() & 0xff;
      peers.add(new PeerInfo(TestPeers.peer(number), List.of(TestPeers.address(number % 50))));
    }
    return peers;
  }

  private static final class Run {
    private final Lookup lookup;
    private final DhtConfig config;
    private final Set<PeerId> inFlight = new LinkedHashSet<>();
    private long nowNanos;
    private boolean over;

    Run(Lookup lookup, DhtConfig config) {
      this.lookup = lookup;
      this.config = config;
    }

    void play(ByteBuffer input) {
      check();
      while (input.remaining() > 1) {
        int what = input.get();
        nowNanos += (long) (what & 0xf8) << 24;
        PeerId peer = TestPeers.peer(input.get() & 0xff);
        switch (what & 3) {
          case 0 -> answer(peer, peers(input));
          case 1 -> fail(peer);
          case 2 -> lookup.onTimeout(nowNanos);
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

    private void answer(PeerId peer, List<PeerInfo> closer) {
      inFlight.remove(peer);
      lookup.onAnswer(peer, closer, nowNanos);
    }

    private void fail(PeerId peer) {
      inFlight.remove(peer);
      lookup.onFailure(peer, Failure.SILENT, nowNanos);
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
          require(!query.peer().peerId().equals(SELF), "never asks itself");
          require(inFlight.add(query.peer().peerId()), "asks nobody twice at once");
        } else if (output instanceof Lookup.Output.Cancel cancel) {
          require(inFlight.remove(cancel.peer()), "cancels what is in flight");
        } else {
          over = true;
        }
      }
      require(lookup.waiting() <= config.alpha(), "keeps alpha");
      require(lookup.slow() <= config.alpha(), "keeps the bound on slow ones");
      require(lookup.asked() <= config.queriesMax(), "keeps the bound on queries");
      require(lookup.waiting() + lookup.slow() == inFlight.size() || over, "counts");
      require(!over || inFlight.isEmpty(), "leaves nothing in flight");
    }

    private static void require(boolean holds, String rule) {
      if (!holds) {
        throw new AssertionError("a lookup " + rule);
      }
    }
  }
}
