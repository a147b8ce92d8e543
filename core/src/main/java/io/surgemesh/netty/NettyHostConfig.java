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
import java.util.function.Consumer;

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
    return with(draft -> draft.listen = other);
  }

  /** Returns this with another name of the software. */
  public NettyHostConfig withAgentVersion(String other) {
    return with(draft -> draft.agentVersion = other);
  }

  /** Returns this with other deadlines. */
  public NettyHostConfig withDeadlines(HostDeadlines other) {
    return with(draft -> draft.deadlines = other);
  }

  /** Returns this with other limits. */
  public NettyHostConfig withLimits(HostLimits other) {
    return with(draft -> draft.limits = other);
  }

  /** Returns this with other bounds of each connection. */
  public NettyHostConfig withYamux(YamuxLimits other) {
    return with(draft -> draft.yamux = other);
  }

  /** Returns this with another number of event loops. */
  public NettyHostConfig withLoops(int other) {
    return with(draft -> draft.loops = other);
  }

  /** Returns this with other secure channels. */
  public NettyHostConfig withSecurities(List<Security> other) {
    return with(draft -> draft.securities = other);
  }

  /** Returns this with other name servers. */
  public NettyHostConfig withNameServers(List<InetSocketAddress> other) {
    return with(draft -> draft.nameServers = other);
  }

  /** Returns this with other metrics. */
  public NettyHostConfig withMetrics(HostMetrics other) {
    return with(draft -> draft.metrics = other);
  }

  /**
   * Returns this with other times at which peers are asked whether they can dial it.
   *
   * @param other empty to ask nobody, and to dial nobody who asks
   */
  public NettyHostConfig withAutoNat(Optional<AutoNatConfig> other) {
    return with(draft -> draft.autoNat = other);
  }

  private NettyHostConfig with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.config();
  }

  /** All values of a config, of which some are about to be others. */
  private static final class Draft {
    private final KeyPair keyPair;
    private List<Multiaddr> listen;
    private String agentVersion;
    private HostDeadlines deadlines;
    private HostLimits limits;
    private YamuxLimits yamux;
    private List<Security> securities;
    private int loops;
    private List<InetSocketAddress> nameServers;
    private HostMetrics metrics;
    private Optional<AutoNatConfig> autoNat;

    Draft(NettyHostConfig config) {
      this.keyPair = config.keyPair;
      this.listen = config.listen;
      this.agentVersion = config.agentVersion;
      this.deadlines = config.deadlines;
      this.limits = config.limits;
      this.yamux = config.yamux;
      this.securities = config.securities;
      this.loops = config.loops;
      this.nameServers = config.nameServers;
      this.metrics = config.metrics;
      this.autoNat = config.autoNat;
    }

    NettyHostConfig config() {
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
          autoNat);
    }
  }
}
