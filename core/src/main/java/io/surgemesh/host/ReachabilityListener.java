package io.surgemesh.host;

/** Told, on the host's mesh loop, whether others can dial the host. */
@FunctionalInterface
public interface ReachabilityListener {
  /** It is known to be otherwise than before. */
  void onReachability(Reachability present);
}
