package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the answers to one search for providers said: who provides, by how many answers.
 *
 * <p>Anybody can name made-up providers, and of the few that keep a key some may, half of them when
 * half of all lie. So however many name the same, it is not enough: all that should keep the key
 * are asked. In the end the places are given away by turns, one to each answer of those that should
 * keep it, of whom only so many of one IP group count, and then to the others; at each turn those
 * come first whom most others name too. So lies leave a part to the truth.
 *
 * <p>Of an answer counts at most what was asked for, of all of them {@value #PROVIDERS_MAX}
 * providers, and of the addresses of one {@value #ADDRESSES_PER_ANSWER} an answer, so that false
 * ones do not hide where it is.
 */
final class ProviderAnswers {
  /** The most providers held; further ones are ignored. */
  static final int PROVIDERS_MAX = 4096;

  /** How many addresses of a provider one answer adds at most to those that others told. */
  static final int ADDRESSES_PER_ANSWER = 4;

  private static final class Named {
    private PeerInfo info;
    private int answers;

    Named(PeerInfo info) {
      this.info = info;
    }

    int answers() {
      return answers;
    }
  }

  /** The answers of those that should keep the key, or of the others. */
  private static final class Part {
    private final List<List<Named>> answers = new ArrayList<>();
    private final GroupCounts groups;

    Part(int groupMax) {
      this.groups = new GroupCounts(groupMax);
    }

    boolean counts(int group) {
      return groups.add(IpGroups.only(group));
    }
  }

  private final Key key;
  private final long regionWord;
  private final int wanted;
  private final boolean endsEarly;
  private final Map<PeerId, Named> named = new LinkedHashMap<>();
  private final Part near;
  private final Part far;

  /**
   * Creates an empty set.
   *
   * @param regionWord how far from the key those are that should keep it, as the first word of a
   *     distance; 0 when that is not known, and all may
   * @param wanted how many providers are asked for, at least 1
   * @param groupMax of one IP group so many answers count; further ones are ignored
   * @param endsEarly whether as many as asked for are enough, whoever names them
   */
  ProviderAnswers(Key key, long regionWord, int wanted, int groupMax, boolean endsEarly) {
    this.key = key;
    this.regionWord = regionWord;
    this.wanted = wanted;
    this.endsEarly = endsEarly;
    this.near = new Part(groupMax);
    this.far = new Part(groupMax);
  }

  /**
   * Takes in the providers of one answer but {@code except}.
   *
   * @param group the IP group that it came from, {@link IpGroups#NONE} for none
   */
  void add(PeerId from, List<PeerInfo> answer, int group, PeerId except) {
    boolean isNear = regionWord == 0 || key.isWithin(regionWord, from);
    Part part = isNear ? near : far;
    if (answer.isEmpty() || !part.counts(group)) {
      return;
    }
    List<Named> its = new ArrayList<>();
    for (PeerInfo provider : answer) {
      if (its.size() < wanted && !provider.peerId().equals(except)) {
        add(provider, isNear, its);
      }
    }
    part.answers.add(its);
  }

  private void add(PeerInfo provider, boolean isNear, List<Named> its) {
    Named known = named.get(provider.peerId());
    if (known == null && named.size() < PROVIDERS_MAX) {
      known = new Named(provider);
      named.put(provider.peerId(), known);
    } else if (known != null && !its.contains(known)) {
      known.info = known.info.merged(provider.withFirst(ADDRESSES_PER_ANSWER));
    } else {
      return;
    }
    its.add(known);
    known.answers += isNear ? 1 : 0;
  }

  /** Returns whether nobody else is to be asked. */
  boolean areEnough() {
    return endsEarly && named.size() >= wanted;
  }

  /** Returns the providers, at most as many as asked for, the most credible first. */
  List<PeerInfo> best() {
    Map<PeerId, PeerInfo> best = new LinkedHashMap<>();
    takeByTurns(near, best);
    takeByTurns(far, best);
    return List.copyOf(best.values());
  }

  private void takeByTurns(Part part, Map<PeerId, PeerInfo> best) {
    part.answers.forEach(answer -> answer.sort(mostNamedFirst()));
    int before;
    do {
      before = best.size();
      turn(part, best).stream().sorted(mostNamedFirst()).forEach(one -> take(one, best));
    } while (best.size() > before);
  }

  /** Returns of each answer the provider that most others name too and that is not taken yet. */
  private static List<Named> turn(Part part, Map<PeerId, PeerInfo> taken) {
    List<Named> next = new ArrayList<>();
    for (List<Named> answer : part.answers) {
      answer.stream()
          .filter(provider -> !taken.containsKey(provider.info.peerId()))
          .findFirst()
          .ifPresent(next::add);
    }
    return next;
  }

  private void take(Named provider, Map<PeerId, PeerInfo> best) {
    if (best.size() < wanted) {
      best.putIfAbsent(provider.info.peerId(), provider.info);
    }
  }

  private static Comparator<Named> mostNamedFirst() {
    return Comparator.comparingInt(Named::answers).reversed();
  }
}
