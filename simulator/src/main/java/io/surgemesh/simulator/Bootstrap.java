package io.surgemesh.simulator;

import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.List;

/** Chooses through whom a peer of a {@link SimulatedMesh} joins each time it starts. */
@FunctionalInterface
public interface Bootstrap {
  /**
   * Returns addresses that end in {@code /p2p/<peer id>}; none for a peer that starts alone.
   *
   * @param index the peer that starts; it is not up yet
   */
  List<Multiaddr> choose(SimulatedMesh mesh, int index);

  /** Returns a choice of the one peer with the lowest index of those that are up. */
  static Bootstrap firstUp() {
    return (mesh, index) -> {
      for (int i = 0; i < mesh.size(); i++) {
        if (i != index && mesh.isUp(i)) {
          return mesh.peer(i).addresses();
        }
      }
      return List.of();
    };
  }

  /** Returns a choice of those of the given peers that were started once, up or not. */
  static Bootstrap of(int... indexes) {
    List<Integer> chosen = new ArrayList<>();
    for (int index : indexes) {
      chosen.add(index);
    }
    return (mesh, index) ->
        chosen.stream()
            .filter(i -> i != index && i < mesh.size())
            .flatMap(i -> mesh.peer(i).addresses().stream())
            .toList();
  }
}
