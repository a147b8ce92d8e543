package io.surgemesh.netty;

import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.session.Security;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which secure channel to propose at an address: the best, unless it was refused there before.
 *
 * <p>A proposal is made along with the first message of its handshake, so one that is refused costs
 * the connection: it should happen once. The {@value #REMEMBERED_MAX} addresses used last are
 * remembered. Thread-safe.
 */
final class SecurityChoice {
  static final int REMEMBERED_MAX = 1024;

  private final List<Security> best;
  private final Map<Multiaddr, Security> refused =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Multiaddr, Security> eldest) {
          return size() > REMEMBERED_MAX;
        }
      };

  /**
   * Creates a choice with nothing refused.
   *
   * @param best the secure channels we speak, the best first
   */
  SecurityChoice(List<Security> best) {
    this.best = best;
  }

  /** Returns what to propose, in this order, each on a connection of its own. */
  synchronized List<Security> at(Multiaddr address) {
    Security last = refused.get(address);
    return last == null || best.size() == 1
        ? best
        : best.stream().sorted((a, b) -> Boolean.compare(a == last, b == last)).toList();
  }

  /** Takes note that the peer at an address does not speak it. */
  synchronized void refused(Multiaddr address, Security security) {
    refused.put(address, security);
  }
}
