package io.surgemesh.simulator;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** How many packets of a thousand are lost from one node to another: the worst that applies. */
final class Losses {
  static final int PERMILLE_MAX = 1000;

  private int everywhere;
  // By node; those beyond its end lose nothing of their own.
  private int[] nodes = {};
  private int nodesLossy;
  // By sender and receiver, none of 0; bounded by the pairs of nodes.
  private final Map<Long, Integer> pairs = new TreeMap<>();
  private boolean present;

  Losses(int permille) {
    setEverywhere(permille);
  }

  int permille(int from, int to) {
    return present ? worst(from, to) : 0;
  }

  void setEverywhere(int permille) {
    everywhere = requirePermille(permille);
    updatePresent();
  }

  void setNode(int node, int permille) {
    if (node >= nodes.length) {
      nodes = Arrays.copyOf(nodes, Math.max(node + 1, 2 * nodes.length));
    }
    nodesLossy += Integer.signum(requirePermille(permille)) - Integer.signum(nodes[node]);
    nodes[node] = permille;
    updatePresent();
  }

  void setPair(int from, int to, int permille) {
    long pair = Cuts.pair(from, to);
    if (requirePermille(permille) == 0) {
      pairs.remove(pair);
    } else {
      pairs.put(pair, permille);
    }
    updatePresent();
  }

  static int requirePermille(int permille) {
    if (permille < 0 || permille > PERMILLE_MAX) {
      throw new IllegalArgumentException("loss of " + permille + " in 1000 packets");
    }
    return permille;
  }

  private int worst(int from, int to) {
    int ofNodes = Math.max(ofNode(from), ofNode(to));
    int ofPair = pairs.isEmpty() ? 0 : pairs.getOrDefault(Cuts.pair(from, to), 0);
    return Math.max(everywhere, Math.max(ofNodes, ofPair));
  }

  int everywhere() {
    return everywhere;
  }

  /** Returns what is lost at one node for its own sake. */
  int ofNode(int node) {
    return node < nodes.length ? nodes[node] : 0;
  }

  private void updatePresent() {
    present = everywhere > 0 || nodesLossy > 0 || !pairs.isEmpty();
  }
}
