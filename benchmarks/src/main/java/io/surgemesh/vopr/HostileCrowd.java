package io.surgemesh.vopr;

import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.simulator.SimulatedHost;
import io.surgemesh.simulator.SimulatedMesh;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The hostile peers beside the honest ones of a simulated mesh, on hosts of their own.
 *
 * <p>Call it between runs, on the thread of the mesh. Whoever is added stays to the end; nobody
 * counts as a peer of the mesh.
 */
public final class HostileCrowd {
  private static final int SYBILS = 6;

  private final SimulatedMesh mesh;
  private final Trade trade;
  private final Sybils sybils;
  private final List<Multiaddr> known = new ArrayList<>();
  private int size;

  /**
   * Creates a crowd of nobody, which knows every peer of the mesh so far.
   *
   * @param mesh of one peer or more, all of which have started
   * @param runtime which its peers buy and sell, such as {@code java:wordcount}
   * @param random draws what hosts do not draw for themselves
   */
  public HostileCrowd(SimulatedMesh mesh, String runtime, RandomGenerator random) {
    this.mesh = mesh;
    this.trade = new Trade(mesh.network().signatures(), runtime);
    this.sybils = new Sybils(mesh.peer(0).peerId(), random);
    for (int i = 0; i < mesh.size(); i++) {
      known.addAll(mesh.peer(i).addresses());
    }
  }

  /**
   * Adds so many hostile peers, one of each kind in turn: silent ones, such as say random bytes,
   * flood, lie about what others answer, about routes, in gossip, as sellers, as buyers, and
   * Sybils, who come six at a time for one.
   *
   * @param count 0 or more
   */
  public void addOfEachKind(int count) {
    List<Hostile> kinds = List.of(Hostile.values());
    for (int i = 0; i < count; i++) {
      add(kinds.get(i % kinds.size()));
    }
  }

  /** Adds one of that kind, of Sybils six. */
  void add(Hostile kind) {
    for (int i = kind == Hostile.SYBIL ? SYBILS : 1; i > 0; i--) {
      SimulatedHost host =
          kind == Hostile.SYBIL
              ? mesh.network().addHost(sybils.nearKey())
              : mesh.network().addHost();
      kind.peer(trade, sybils).start(host, known, host.random("hostile"));
      size++;
    }
  }

  /** Returns how many there are, each Sybil counted. */
  public int size() {
    return size;
  }
}
