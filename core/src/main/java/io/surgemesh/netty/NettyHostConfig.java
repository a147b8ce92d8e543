package io.surgemesh.netty;

import io.surgemesh.host.AutoNatConfig;
import io.surgemesh.host.HostMetrics;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.session.Security;
import io.surgemesh.session.YamuxLimits;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link NettyHost} is started with.
 *
 * @param keyPair who it is
 * @param listen where it listens: an IP address and a TCP port, 0 for any; empty for a host that
 *     only dials
 * @param agentVersion what identify tells of the software
 * @param deadlines how long it waits
 * @param limits how much it holds
 * @param yamux bounds of each connection
 * @param securities the secure channels spoken, the one to propose first; at least one
 * @param loops event loops, 1 or more
 * @param nameServers whom to ask for names, in turn; empty for those the system is set up with
 * @param metrics told what the host does
 * @param autoNat when peers are asked whether they can dial it, and whether it dials them when they
 *     ask; empty for never
 */
public record NettyHostConfig(
    KeyPair keyPair,
    List<Multiaddr> listen,
    String agentVersion,
    HostDeadlines deadlines,
    HostLimits limits,
    YamuxLimits yamux,
    List<Security> securities,
    int loops,
    List<InetSocketAddress> nameServers,
    HostMetrics metrics,
    Optional<AutoNatConfig> autoNat) {
  private static final int LOOPS_MAX = 4;

  /** Copies the addresses and checks the number of loops. */
  public NettyHostConfig {
    listen = List.copyOf(listen);
    securities = List.copyOf(securities);
    if (securities.isEmpty()) {
      throw new IllegalArgumentException("no secure channel");
    }
    nameServers = List.copyOf(nameServers);
    if (loops < 1) {
      throw new IllegalArgumentException("loops out of range: " + loops);
    }
  }

  /** Returns the defaults: no listening, and one loop per core up to four. */
  public static NettyHostConfig defaults(KeyPair keyPair) {
    return new NettyHostConfig(
        keyPair,
        List.of(),
        "surgemesh/0.1.0",
        HostDeadlines.defaults(),
        HostLimits.defaults(),
        YamuxLimits.defaults(),
        Security.preferred(),
        Math.min(LOOPS_MAX, Runtime.getRuntime().availableProcessors()),
        List.of(),
        HostMetrics.NONE,
        Optional.of(AutoNatConfig.defaults()));
  }

  /** Returns this with other addresses to listen at. */
  public NettyHostConfig withListen(List<Multiaddr> other) {
    return new NettyHostConfig(
        keyPair,
        other,
        agentVersion,
        deadlines,
        limits,
        yamux,
        securities,
        loops,
        nameServers,
        metrics,
        autoNat);
  }

  /** Returns this with another name of the software. */
  public NettyHostConfig withAgentVersion(String other) {
    return new NettyHostConfig(
        keyPair,
        listen,
        other,
        deadlines,
        limits,
        yamux,
        securities,
        loops,
        nameServers,
        metrics,
        autoNat);
  }

  /** Returns this with other deadlines. */
  public NettyHostConfig withDeadlines(HostDeadlines other) {
    return new NettyHostConfig(
        keyPair,
        listen,
        agentVersion,
        other,
        limits,
        yamux,
        securities,
        loops,
        nameServers,
        metrics,
        autoNat);
  }

  /** Returns this with other limits. */
  public NettyHostConfig withLimits(HostLimits other) {
    return new NettyHostConfig(
        keyPair,
        listen,
        agentVersion,
        deadlines,
        other,
        yamux,
        securities,
        loops,
        nameServers,
        metrics,
        autoNat);
  }

  /** Returns this with other bounds of each connection. */
  public NettyHostConfig withYamux(YamuxLimits other) {
    return new NettyHostConfig(
        keyPair,
        listen,
        agentVersion,
        deadlines,
        limits,
        other,
        securities,
        loops,
        nameServers,
        metrics,
        autoNat);
  }

  /** Returns this with another number of event loops. */
  public NettyHostConfig withLoops(int other) {
    return new NettyHostConfig(
        keyPair,
        listen,
        agentVersion,
        deadlines,
        limits,
        yamux,
        securities,
        other,
        nameServers,
        metrics,
        autoNat);
  }

  /** Returns this with other secure channels. */
  public NettyHostConfig withSecurities(List<Security> other) {
    return new NettyHostConfig(
        keyPair,
        listen,
        agentVersion,
        deadlines,
        limits,
        yamux,
        other,
        loops,
        nameServers,
        metrics,
        autoNat);
  }

  /** Returns this with other name servers. */
  public NettyHostConfig withNameServers(List<InetSocketAddress> other) {
    return new NettyHostConfig(
        keyPair,
        listen,
        agentVersion,
        deadlines,
        limits,
        yamux,
        securities,
        loops,
        other,
        metrics,
        autoNat);
  }

  /** Returns this with other metrics. */
  public NettyHostConfig withMetrics(HostMetrics other) {
    return new NettyHostConfig(
        keyPair,
        listen,
        agentVersion,
        deadlines,
        limits,
        yamux,
        securities,
        loops,
        nameServers,
        other,
        autoNat);
  }

  /**
   * Returns this with other times at which peers are asked whether they can dial it.
   *
   * @param other empty to ask nobody, and to dial nobody who asks
   */
  public NettyHostConfig withAutoNat(Optional<AutoNatConfig> other) {
    return new NettyHostConfig(
        keyPair,
        listen,
        agentVersion,
        deadlines,
        limits,
        yamux,
        securities,
        loops,
        nameServers,
        metrics,
        other);
  }
}
