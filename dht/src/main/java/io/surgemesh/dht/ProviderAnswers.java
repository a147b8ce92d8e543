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
 * <p>Anybody can name made-up providers, and of the few that keep a key some may. So it is enough
 * only when as many as asked for are each named by most of those that should keep it, of whom only
 * so many of one IP group count. In the end those that so many name come first; the other places
 * are given away by turns, one to each answer, so that some lies leave most of them to the truth.
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

  private final int wanted;
  private final int agreeing;
  private final Map<PeerId, Named> named = new LinkedHashMap<>();
  private final List<List<Named>> answers = new ArrayList<>();
  private final GroupCounts groups;
  private int agreed;

  /**
   * Creates an empty set.
   *
   * @param wanted how many providers are asked for, at least 1
   * @param agreeing how many answers must name a provider for it to be believed
   * @param groupMax of one IP group so many answers count; further ones are ignored
   */
  ProviderAnswers(int wanted, int agreeing, int groupMax) {
    this.wanted = wanted;
    this.agreeing = agreeing;
    this.groups = new GroupCounts(groupMax);
  }

  /**
   * Takes in the providers of one answer but {@code except}.
   *
   * @param group the IP group that it came from, {@link IpGroups#NONE} for none
   */
  void add(List<PeerInfo> answer, int group, PeerId except) {
    if (answer.isEmpty() || (group != IpGroups.NONE && !groups.add(new int[] {group}))) {
      return;
    }
    List<Named> its = new ArrayList<>();
    for (PeerInfo provider : answer) {
      if (its.size() < wanted && !provider.peerId().equals(except)) {
        add(provider, its);
      }
    }
    if (!its.isEmpty()) {
      answers.add(its);
    }
  }

  private void add(PeerInfo provider, List<Named> its) {
    Named known = named.get(provider.peerId());
    if (known == null && named.size() < PROVIDERS_MAX) {
      known = new Named(provider);
      named.put(provider.peerId(), known);
    } else if (known != null && !its.contains(known)) {
      known.info = known.info.merged(withFewAddresses(provider));
    } else {
      return;
    }
    its.add(known);
    agreed += ++known.answers == agreeing ? 1 : 0;
  }

  private static PeerInfo withFewAddresses(PeerInfo provider) {
    int count = Math.min(ADDRESSES_PER_ANSWER, provider.addresses().size());
    return new PeerInfo(provider.peerId(), provider.addresses().subList(0, count));
  }

  /** Returns whether as many providers as asked for are believed. */
  boolean areEnough() {
    return agreed >= wanted;
  }

  /** Returns the providers, at most as many as asked for, the most credible first. */
  List<PeerInfo> best() {
    Map<PeerId, PeerInfo> best = new LinkedHashMap<>();
    named.values().stream()
        .filter(provider -> provider.answers >= agreeing)
        .sorted(mostNamedFirst())
        .forEach(provider -> take(provider, best));
    answers.forEach(answer -> answer.sort(mostNamedFirst()));
    int before;
    do {
      before = best.size();
      turn(best).stream().sorted(mostNamedFirst()).forEach(provider -> take(provider, best));
    } while (best.size() > before);
    return List.copyOf(best.values());
  }

  /** Returns of each answer the provider that most others name too and that is not taken yet. */
  private List<Named> turn(Map<PeerId, PeerInfo> taken) {
    List<Named> next = new ArrayList<>();
    for (List<Named> answer : answers) {
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
