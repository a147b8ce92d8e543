package io.surgemesh.simulator;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.Signatures;
import io.surgemesh.multiformats.Multiaddr;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A network of simulated hosts in virtual time; one seed decides all of it.
 *
 * <p>Nodes are numbered from 0 in order of adding. Nothing happens but inside the {@code run}
 * methods of {@link #time}. Confined to one thread, as that is; between runs anything may be
 * called.
 */
public final class SimulatedNetwork {
  /** The most nodes of one network: as many as have addresses of their own in 10.0.0.0/8. */
  public static final int NODES_MAX = (1 << 24) - 2;

  private static final int PORT = 4001;

  private final long seed;
  private final NetworkConfig config;
  private final Signatures signatures;
  private final VirtualTime time = new VirtualTime();
  private final Trace trace = new Trace();
  // Bounded by NODES_MAX.
  private final List<SimulatedHost> hosts = new ArrayList<>();
  private final Map<Multiaddr, SimulatedHost> hostsByAddress = new LinkedHashMap<>();
  private final Cuts cuts = new Cuts(this);
  private final Clogs clogs = new Clogs(this);
  private final Losses losses;
  private final AccessLinks access;
  private final BitSet undialable = new BitSet();
  private final Wiring wiring;
  private long dials;

  /** Creates an empty network with {@link NetworkConfig#defaults} of the same seed. */
  public SimulatedNetwork(long seed) {
    this(seed, NetworkConfig.defaults(seed));
  }

  /** Creates an empty network whose hosts sign with Ed25519. */
  public SimulatedNetwork(long seed, NetworkConfig config) {
    this(seed, config, Signatures.ed25519());
  }

  /**
   * Creates an empty network.
   *
   * @param signatures how its hosts sign and verify: {@link KeyedSignatures} when there are many
   */
  public SimulatedNetwork(long seed, NetworkConfig config, Signatures signatures) {
    this.seed = seed;
    this.config = config;
    this.wiring = new Wiring(this, seed);
    this.losses = new Losses(config.lossPermille());
    this.access = new AccessLinks(config.rates());
    this.signatures = signatures;
  }

  /** Returns the time in which everything here happens. */
  public VirtualTime time() {
    return time;
  }

  /** Returns what has been delivered so far. */
  public Trace trace() {
    return trace;
  }

  /** Returns how the hosts of this network sign and verify. */
  public Signatures signatures() {
    return signatures;
  }

  /** Adds a node whose key grows from the seed and its index. */
  public SimulatedHost addHost() {
    ByteBuffer keySeed = ByteBuffer.allocate(KeyPair.SEED_BYTES);
    long nodeSeed = nodeSeed(hosts.size());
    while (keySeed.hasRemaining()) {
      keySeed.putLong(Mix.mix(nodeSeed, keySeed.position()));
    }
    return addHost(KeyPair.fromSeed(keySeed.array()));
  }

  /** Adds a node with a key of the caller's. */
  public SimulatedHost addHost(KeyPair key) {
    int index = hosts.size();
    if (index == NODES_MAX) {
      throw new IllegalStateException("more than " + NODES_MAX + " nodes");
    }
    Multiaddr address = Multiaddr.of(config.topology().address(index) + "/tcp/" + PORT);
    if (hostsByAddress.containsKey(address)) {
      throw new IllegalStateException(
          "nodes "
              + hostsByAddress.get(address).index()
              + " and "
              + index
              + " have the address "
              + address);
    }
    SimulatedHost host = new SimulatedHost(this, index, nodeSeed(index), key, address);
    host.serve();
    hosts.add(host);
    hostsByAddress.put(address, host);
    return host;
  }

  /** Adds {@code count} nodes and returns them. */
  public List<SimulatedHost> addHosts(int count) {
    List<SimulatedHost> added = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      added.add(addHost());
    }
    return Collections.unmodifiableList(added);
  }

  /** Returns the node of that index. */
  public SimulatedHost host(int index) {
    return hosts.get(index);
  }

  /** Returns every node by index, those closed or crashed among them; unmodifiable. */
  public List<SimulatedHost> hosts() {
    return Collections.unmodifiableList(hosts);
  }

  /**
   * Stops a node between two events: its loop runs nothing any more and nobody there is told.
   *
   * <p>Its peers see their connections close after the latency, and dials to it are refused. Does
   * nothing to a node that has crashed already.
   */
  public void crash(int index) {
    host(index).crash();
  }

  /** Returns whether a node has neither crashed nor closed, or was restarted since. */
  public boolean isUp(int index) {
    return host(index).isListening();
  }

  /**
   * Starts a node again that is down: same identity, index, address and clocks, but a host that has
   * met nobody, with a loop on which nothing of its former life runs.
   *
   * <p>Frames that are on their way to the former life are lost; dials under way to its address
   * reach the new one. Its {@link SimulatedHost#random} draws anew. May be called inside a run.
   *
   * @return the host that {@link #host} returns from now on
   * @throws IllegalStateException when the node is up
   */
  public SimulatedHost restart(int index) {
    SimulatedHost former = host(index);
    if (former.isListening()) {
      throw new IllegalStateException("node " + index + " is up");
    }
    former.crash();
    SimulatedHost next = former.reborn();
    next.serve();
    hosts.set(index, next);
    hostsByAddress.put(next.addresses().get(0), next);
    return next;
  }

  /**
   * Stops everything between two nodes, both ways, until {@link #heal}.
   *
   * <p>What is on its way is held; connections break after the configured timeout, and dials time
   * out. Does nothing when the two are partitioned already.
   */
  public void partition(int a, int b) {
    cuts.cut(a, b, true);
  }

  /**
   * Stops what one node sends to another until {@link #heal}; the other direction goes on.
   *
   * <p>What is on its way to {@code to} is held, and so are credit and answers to what {@code to}
   * sends. As the acknowledgements are missing on one side or the other, connections between the
   * two break after the configured timeout, and dials time out whoever dials.
   */
  public void partitionOneWay(int from, int to) {
    cuts.cut(from, to, false);
  }

  /**
   * Ends what {@link #partition(int, int)} and {@link #partitionOneWay(int, int)} have stopped
   * between two nodes, in both directions; what was held travels on, in order.
   */
  public void heal(int a, int b) {
    cuts.heal(a, b);
  }

  /**
   * Splits the network in two: the nodes of {@code side} and all others, those added later among
   * them. It acts like a partition of every pair across, and costs a bit per node.
   *
   * @return the split, to be healed
   * @throws IndexOutOfBoundsException when there is no such node
   * @throws IllegalStateException when there are 64 splits already
   */
  public Partition partition(Collection<Integer> side) {
    return cuts.split(side, true);
  }

  /**
   * Stops what the nodes of {@code side} send to all others; those are still heard by the side.
   *
   * @return the split, to be healed
   * @throws IndexOutOfBoundsException when there is no such node
   * @throws IllegalStateException when there are 64 splits already
   */
  public Partition partitionOneWay(Collection<Integer> side) {
    return cuts.split(side, false);
  }

  /** Ends every partition and every clog; what waits in a clog may still arrive at its old end. */
  public void healAll() {
    cuts.healAll();
    clogs.clear();
  }

  /**
   * Lets everything that one node sends to another wait for a time; nothing is lost, no connection
   * breaks, and the other direction goes on. A dial that would wait too long times out.
   *
   * <p>What is on its way waits too. Of several clogs of one direction the last to end counts.
   */
  public void clog(int from, int to, Duration duration) {
    requireNode(from);
    requireNode(to);
    clogs.clog(from, to, time.nowNanos() + duration.toNanos());
  }

  /**
   * Sets how many packets of a thousand are lost everywhere, for what is sent from now on.
   *
   * <p>Loss acts below the streams: frames arrive once and in order, but late. A frame is one
   * packet per 1,400 bytes. A lost one is sent again after a round trip when others follow it; the
   * last one, and one lost again, after 200 ms more than a round trip, doubled each time. In the
   * long run a connection carries what the model of Mathis et al. allows, {@code sqrt(1.5 / loss)}
   * packets per round trip. It breaks at both ends when one packet is not through after the
   * configured partition timeout. The first packet of a dial is sent again after 1, 3 and 7 s.
   *
   * <p>Between two nodes the worst counts of what is set everywhere, for either, and for the pair.
   *
   * @param permille 0 to 1000; the model is made for up to 300
   */
  public void setLossPermille(int permille) {
    losses.setEverywhere(permille);
  }

  /**
   * Sets how many packets of a thousand are lost that a node sends, and that are sent to it.
   *
   * @param permille as for {@link #setLossPermille}
   */
  public void setNodeLossPermille(int node, int permille) {
    requireNode(node);
    losses.setNode(node, permille);
  }

  /**
   * Sets how many packets of a thousand are lost of those that one node sends another.
   *
   * @param permille as for {@link #setLossPermille}
   */
  public void setPairLossPermille(int from, int to, int permille) {
    requireNode(from);
    requireNode(to);
    losses.setPair(from, to, permille);
  }

  /**
   * Sets what the lines of all nodes carry that have no rates of their own, from now on.
   *
   * <p>A frame has the sender's line to itself as long as it takes, then travels, then has the
   * receiver's line to itself; others wait for it. It counts with 30 bytes of its own and 40 per
   * packet. What loss and partitions make necessary to send again counts once, and dials not at
   * all.
   */
  public void setRates(AccessRates rates) {
    access.setEveryone(rates);
  }

  /** Sets what the line of one node carries, as {@link #setRates} does for all. */
  public void setNodeRates(int node, AccessRates rates) {
    requireNode(node);
    access.setNode(node, rates);
  }

  /**
   * Says whether others can dial a node; at first they can.
   *
   * <p>A node that cannot be dialled is like one behind a NAT: it dials others, and connections it
   * has stay, but dials to it time out.
   */
  public void setDialable(int node, boolean dialable) {
    requireNode(node);
    undialable.set(node, !dialable);
  }

  NetworkConfig config() {
    return config;
  }

  Losses losses() {
    return losses;
  }

  AccessLinks access() {
    return access;
  }

  /** Returns 64 bits for what becomes of the packets of the next dial. */
  long drawDial() {
    return Mix.mix(~seed, dials++);
  }

  Cuts cuts() {
    return cuts;
  }

  Clogs clogs() {
    return clogs;
  }

  boolean isDialable(int node) {
    return !undialable.get(node);
  }

  /** Refuses the number of a node that is not there. */
  void requireNode(int index) {
    Objects.checkIndex(index, hosts.size());
  }

  /** Returns whose address that is, listening or not; null when it is nobody's. */
  @Nullable SimulatedHost findHost(Multiaddr address) {
    return hostsByAddress.get(address);
  }

  long latencyNanos(int from, int to) {
    return config.latency().oneWayNanos(from, to, 0);
  }

  /** Schedules something that happens to the network, on no node's loop. */
  void at(long atNanos, Runnable task) {
    time.schedule(atNanos, new NetworkEvent(task));
  }

  boolean isAtByteLevel() {
    return config.level() == Level.BYTES;
  }

  Wiring wiring() {
    return wiring;
  }

  private long nodeSeed(int index) {
    return Mix.mix(seed, index);
  }

  private static final class NetworkEvent extends Event {
    private final Runnable task;

    NetworkEvent(Runnable task) {
      super(null);
      this.task = task;
    }

    @Override
    void fire() {
      task.run();
    }
  }
}
