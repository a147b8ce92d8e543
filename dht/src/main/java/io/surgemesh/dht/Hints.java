package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Learns who is in the mesh, so that a search asks the right peers first.
 *
 * <p>A peer tells its sources, once and then every few hours, that it is there. All else is pulled:
 * each peer asks one of its {@link HintSources} after the other for the news it lacks, and with the
 * same request for the members it lacks of a small range of the key space, range after range. News
 * run through the mesh in minutes; the ranges are how a newcomer learns of all, and repair what was
 * missed. Nobody can send a peer anything but a word about himself.
 *
 * <p>What comes of it are hints, apart from the routing table: they are asked in searches, and
 * enter the table, and our answers to others, only once they have answered. One that does not is
 * forgotten, and others are told; {@value #PROBERS} of them, by chance, ask it at once, and none
 * asks it about others, as long as {@link HintDoubts} says.
 */
final class Hints implements Machine<Hints.Output> {
  /** What the driver must do. */
  sealed interface Output {
    /** Ask a source; report with onAnswer or onFailure. */
    record Pull(PeerId peer, MembersMessage.Pull request) implements Output {}

    /** Check signatures; report with onVerified. At most {@value Hints#CHECKS_MAX} at a time. */
    record Verify(HintClaims claims) implements Output {}

    /** Sign that this peer is there; report with onSelf. */
    record SignSelf(long seq) implements Output {}

    /** Sign that a peer was not found; report with onLeave. */
    record SignLeave(Member missing) implements Output {}

    /** Ask a peer whether it is there. */
    record Probe(PeerInfo peer) implements Output {}
  }

  /** How many peers, of all, ask one of whom it is said that he left. */
  static final int PROBERS = 16;

  /** How often a peer says that it is there because others doubt it. */
  static final long REFUTE_NANOS = Duration.ofMinutes(10).toNanos();

  /** Until the network's size can be estimated. */
  static final long ANNOUNCE_DELAY_NANOS = Duration.ofSeconds(10).toNanos();

  /** How often a peer may say of another that it left. */
  static final long LEAVE_NANOS = Duration.ofSeconds(15).toNanos();

  /** How many checks of signatures may be under way; what comes meanwhile is told again later. */
  static final int CHECKS_MAX = 8;

  /** After an answer with so many new members the next request follows at once; with any, soon. */
  static final int MANY_MEMBERS = 8;

  private static final long AT_ONCE_NANOS = Duration.ofMillis(250).toNanos();
  private static final long SOON_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long EXPIRE_NANOS = Duration.ofMinutes(10).toNanos();

  private final HintsConfig config;
  private final SizeEstimate size;
  private final IpGroups ipGroups;
  private final RandomGenerator random;
  private final long selfWord;
  private final HintCache cache;
  private final HintNews news = new HintNews();
  private final HintDoubts doubts = new HintDoubts();
  private final HintTrust trust = new HintTrust();
  private final HintFilter filter;
  private final HintBudget sending;
  private final HintSources sources;
  private final HintPulls pulls;
  private final HintAnswers answers;
  private final Introductions introductions;
  private final HintAskers askers = new HintAskers();
  private final Queue<Output> outputs = new ArrayDeque<>(0);
  private @Nullable Member own;
  private int checks;
  private long pullNanos = NEVER;
  private long announceNanos = NEVER;
  private long expireNanos = NEVER;
  private long refuteNanos;
  private long leaveNanos;

  /**
   * Creates a machine that has not started.
   *
   * @param table whose peers are asked
   * @param size how many peers there seem to be
   * @param wallClock tells whether what a peer says is old
   */
  Hints(
      PeerId self,
      HintsConfig config,
      RoutingTable table,
      SizeEstimate size,
      IpGroups ipGroups,
      InstantSource wallClock,
      RandomGenerator random) {
    this.config = config;
    this.size = size;
    this.ipGroups = ipGroups;
    this.random = random;
    this.selfWord = Key.firstWord(self);
    this.introductions = new Introductions(ipGroups);
    this.cache = new HintCache(ipGroups);
    this.filter = new HintFilter(self, config, cache, doubts, wallClock);
    this.sources = new HintSources(table, random);
    this.sending = new HintBudget(config);
    HintBudget receiving = new HintBudget(config);
    this.pulls = new HintPulls(cache, news, doubts, sources, sending, receiving, random);
    this.answers = new HintAnswers(cache, news, sending);
  }

  /** Begins; see {@link #onServed}. */
  void start(boolean isServed, long nowNanos) {
    pullLater(nowNanos);
    onServed(isServed, nowNanos);
    expireNanos = nowNanos + Jitter.around(EXPIRE_NANOS, random);
  }

  /** Others are answered from now on, or not: only then are they told that this peer is there. */
  void onServed(boolean isServed, long nowNanos) {
    own = null;
    announceNanos = isServed ? nowNanos + Jitter.around(ANNOUNCE_DELAY_NANOS, random) : NEVER;
  }

  /** Ends all; nothing is put out any more. */
  void close() {
    pullNanos = NEVER;
    announceNanos = NEVER;
    expireNanos = NEVER;
    outputs.clear();
    sources.clear();
    askers.clear();
  }

  /** Takes peers for such as have said that they are there. */
  void onAssumed(List<HintedPeer> peers) {
    peers.forEach(peer -> take(peer.member()));
  }

  /** This peer's own word was signed. */
  void onSelf(Member signed, long nowNanos) {
    own = signed;
    news.add(signed);
    sources.onSelf();
    refuteNanos = nowNanos + REFUTE_NANOS;
  }

  /** What was observed here was signed. */
  void onLeave(Departure signed, long nowNanos) {
    if (doubts.isGone(signed.word(), signed.seq())) {
      news.add(signed);
    }
  }

  /** A source answered, null if not seen where it is; ignored from one that was not asked. */
  void onAnswer(PeerId from, @Nullable Multiaddr at, MembersMessage.Answer answer, long nowNanos) {
    HintPulls.Outcome outcome = pulls.onAnswer(from, answer, nowNanos);
    if (outcome == HintPulls.Outcome.NOT_ASKED) {
      return;
    }
    pullLater(nowNanos);
    if (outcome == HintPulls.Outcome.MISFIT) {
      return;
    }
    List<Member> members = filter.worthIt(answer.members(), at);
    if (!members.isEmpty()) {
      long pauseNanos = members.size() < MANY_MEMBERS ? SOON_NANOS : AT_ONCE_NANOS;
      pullNanos = Math.min(pullNanos, nowNanos + pauseNanos);
    }
    refute(answer.leaves(), nowNanos);
    List<Member> joins = filter.news(answer.joins(), at);
    check(new HintClaims(from, joins, filter.witnessed(answer.leaves()), members));
  }

  /** A source did not answer. The next is asked no sooner: where nobody has hints all fail. */
  void onFailure(PeerId from, long nowNanos) {
    pulls.onFailure(from);
  }

  /**
   * Answers a request; empty when it cannot be, for now.
   *
   * @param at where the asker is: of another network he is not believed, and of none when null
   */
  Optional<MembersMessage.Answer> onRequest(
      PeerId from, @Nullable Multiaddr at, MembersMessage.Pull pull, long nowNanos) {
    if (at != null) {
      pull.self().ifPresent(self -> introduce(self, from, at, nowNanos));
    }
    Optional<MembersMessage.Answer> answer = answers.answer(pull, nowNanos);
    if (at != null && answer.isPresent()) {
      askers.onAnswered(from, ipGroups.isUnlimited() ? IpGroups.NONE : ipGroups.of(at));
    }
    return answer;
  }

  private void introduce(Member self, PeerId from, Multiaddr at, long nowNanos) {
    int group = ipGroups.of(at);
    if (self.peerId().equals(from)
        && ToldAddresses.isAnyMeant(self.info(), at)
        && isIn(self, group)
        && filter.isNews(self)
        && introductions.allows(group, nowNanos)) {
      check(new HintClaims(from, List.of(self), List.of(), List.of()));
    }
  }

  private boolean isIn(Member member, int group) {
    return member.info().addresses().stream()
        .anyMatch(address -> group == IpGroups.NONE || ipGroups.of(address) == group);
  }

  /** Signatures were checked: the claims that hold, and whether some did not. */
  void onVerified(HintClaims signed, boolean hasForged, long nowNanos) {
    checks--;
    if (hasForged) {
      sources.remove(signed.from());
    }
    // Things may have changed meanwhile, so all is looked at again.
    for (Member join : signed.joins()) {
      if (filter.isNews(join) && take(join)) {
        news.add(join);
      }
    }
    signed.members().forEach(this::take);
    for (HintClaims.Witnessed witnessed : signed.leaves()) {
      doubt(witnessed.leave(), nowNanos);
    }
  }

  private boolean take(Member member) {
    if (!filter.isWorthIt(member) || !cache.add(member)) {
      return false;
    }
    doubts.clear(member.word());
    return true;
  }

  private void doubt(Departure leave, long nowNanos) {
    Member missing = cache.find(leave.word());
    if (missing == null || missing.seq() != leave.seq() || !doubts.add(leave, nowNanos)) {
      return;
    }
    news.add(leave);
    if (random.nextDouble() * peers() < PROBERS) {
      outputs.add(new Output.Probe(ToldAddresses.abroad(missing.info())));
    }
  }

  /** Somebody did not find us: all are told that we are here, but not too often. */
  private void refute(List<Departure> leaves, long nowNanos) {
    for (Departure leave : leaves) {
      if (own != null && leave.word() == selfWord && HintFilter.isOfOneTime(leave.seq(), own)) {
        announceNanos = Math.min(announceNanos, Math.max(nowNanos, refuteNanos));
      }
    }
  }

  /** A peer answered this one, which may have asked it because of a hint alone. */
  void onHeard(PeerId peer, boolean wasInTable) {
    if (cache.find(peer) != null) {
      doubts.clear(Key.firstWord(peer));
      if (!wasInTable) {
        trust.onAsked(true);
      }
    }
  }

  /** A peer did not answer this one. */
  void onSilent(PeerId peer, boolean wasInTable, long nowNanos) {
    Member missing = cache.find(peer);
    if (missing == null) {
      return;
    }
    if (!wasInTable) {
      trust.onAsked(false);
    }
    boolean isNews = !doubts.isDoubted(missing.word());
    cache.remove(missing.word());
    doubts.onGone(missing, nowNanos);
    if (isNews && nowNanos >= leaveNanos) {
      leaveNanos = nowNanos + LEAVE_NANOS;
      outputs.add(new Output.SignLeave(missing));
    }
  }

  /** Returns whom a search for a target should ask besides those of the table, nearest first. */
  List<PeerInfo> seeds(Key target, int wanted) {
    List<PeerInfo> seeds = new ArrayList<>();
    for (Member member : cache.nearest(target, trust.hintsMax(wanted))) {
      // The one searched for is asked itself, whatever is said of him.
      if (!doubts.isDoubted(member.word()) || Key.of(member.peerId()).equals(target)) {
        seeds.add(ToldAddresses.abroad(member.info()));
      }
    }
    return seeds;
  }

  /** Returns how many peers are known of. */
  int size() {
    return cache.size();
  }

  /** Returns how many bytes were sent for all this, headers counted. */
  long bytesSent() {
    return sending.spentBytes();
  }

  /** Returns what a peer said last, null when it is no hint. */
  @Nullable Member find(PeerId peer) {
    return cache.find(peer);
  }

  /** Returns whether the connection with a peer is used every now and then; after the end, not. */
  boolean needs(PeerId peer) {
    return sources.contains(peer) || askers.contains(peer);
  }

  @Override
  public void onTimeout(long nowNanos) {
    if (nowNanos >= announceNanos) {
      announce(nowNanos);
    }
    if (nowNanos >= pullNanos) {
      Output pull = pulls.ask(own, nowNanos);
      pullLater(nowNanos);
      if (pull != null) {
        outputs.add(pull);
      }
    }
    if (nowNanos >= expireNanos) {
      expireNanos = nowNanos + EXPIRE_NANOS;
      expire(nowNanos);
    }
  }

  private void announce(long nowNanos) {
    announceNanos = nowNanos + Jitter.around(config.announceInterval().toNanos(), random);
    if (random.nextDouble() < HintFilter.announcingChance(peers())) {
      long seqMin = own == null ? 0 : own.seq() + HintFilter.NEWS_SECONDS;
      outputs.add(new Output.SignSelf(Math.max(seqMin, filter.nowSeconds())));
    }
  }

  private double peers() {
    return size.value().map(NetworkSize::peers).orElse(1.0);
  }

  private void expire(long nowNanos) {
    doubts.expire(nowNanos, word -> forget(word, nowNanos));
    cache.removeIf(member -> !filter.isRecent(member.seq()));
  }

  private void forget(long word, long nowNanos) {
    Member missing = cache.remove(word);
    if (missing != null) {
      doubts.onGone(missing, nowNanos);
    }
  }

  private void pullLater(long nowNanos) {
    pullNanos = nowNanos + Jitter.around(config.pullInterval().toNanos(), random);
  }

  private void check(HintClaims claims) {
    if (claims.count() > 0 && checks < CHECKS_MAX) {
      checks++;
      outputs.add(new Output.Verify(claims));
    }
  }

  @Override
  public long deadlineNanos() {
    return Math.min(pullNanos, Math.min(announceNanos, expireNanos));
  }

  @Override
  public @Nullable Output poll() {
    return outputs.poll();
  }
}
