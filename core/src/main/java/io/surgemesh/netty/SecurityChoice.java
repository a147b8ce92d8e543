package io.surgemesh.netty;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.session.Security;
import java.util.List;

/**
 * Which secure channel to propose at an address: the best, unless it was refused there before.
 *
 * <p>A proposal is made along with the first message of its handshake, so one that is refused costs
 * the connection: it should happen once. Of {@value #REMEMBERED_MAX} addresses it is remembered,
 * those used often before others. Thread-safe.
 */
final class SecurityChoice {
  static final int REMEMBERED_MAX = 1024;

  private final List<Security> best;
  private final Cache<Multiaddr, Security> refused =
      Caffeine.newBuilder().maximumSize(REMEMBERED_MAX).executor(Runnable::run).build();

  /**
   * Creates a choice with nothing refused.
   *
   * @param best the secure channels we speak, the best first
   */
  SecurityChoice(List<Security> best) {
    this.best = best;
  }

  /** Returns what to propose, in this order, each on a connection of its own. */
  List<Security> at(Multiaddr address) {
    Security last = refused.getIfPresent(address);
    return last == null || best.size() == 1
        ? best
        : best.stream().sorted((a, b) -> Boolean.compare(a == last, b == last)).toList();
  }

  /** Takes note that the peer at an address does not speak it. */
  void refused(Multiaddr address, Security security) {
    refused.put(address, security);
  }
}
