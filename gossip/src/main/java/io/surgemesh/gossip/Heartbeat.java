package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The regular upkeep of a router, as a list of passes (gossipsub v1.1 spec, Heartbeat). */
final class Heartbeat {
  /** One thing done at each heartbeat. */
  @FunctionalInterface
  private interface Step {
    void run(long nowNanos);
  }

  /** A step with its name, for whoever reads a trace of one. */
  private record Pass(String name, Step step) {}

  private final RouterState state;
  private final Membership membership;
  private final LazyGossip gossip;
  private final List<Pass> passes;

  Heartbeat(RouterState state, Membership membership, LazyGossip gossip, MessagePath messages) {
    this.state = state;
    this.membership = membership;
    this.gossip = gossip;
    this.passes =
        List.of(
            new Pass("give up on verdicts", messages::endHeartbeat),
            new Pass("expire", this::expire),
            new Pass("drop the graylisted", this::dropGraylisted),
            new Pass("graft up to D", this::graftTooFew),
            new Pass("prune down to D", this::pruneTooMany),
            new Pass("graft up to Dout", this::graftOutbound),
            new Pass("tend fanouts", this::tendFanouts),
            new Pass("announce", this::announce),
            new Pass("tell of lonely topics", this::tellLonely),
            new Pass("begin anew", gossip::endHeartbeat));
  }

  void run(long nowNanos) {
    passes.forEach(pass -> pass.step.run(nowNanos));
  }

  /** Returns what is done at each heartbeat, in order. */
  List<String> passNames() {
    return passes.stream().map(Pass::name).toList();
  }

  private void expire(long nowNanos) {
    state.faults.forgive();
    state.backoffs.expire(nowNanos - state.backoffSlackNanos());
    state.seen.expire(nowNanos);
    long fanoutNanos = state.config.fanoutTtl().toNanos();
    state.fanouts.values().removeIf(old -> nowNanos - old.lastPublishNanos >= fanoutNanos);
  }

  private void dropGraylisted(long nowNanos) {
    if (!state.faults.isAnyGraylisted()) {
      return;
    }
    for (Map.Entry<String, Set<PeerId>> mesh : state.meshes.entrySet()) {
      for (PeerId peer : List.copyOf(mesh.getValue())) {
        if (state.faults.isGraylisted(peer)) {
          membership.prune(mesh.getKey(), peer, nowNanos);
        }
      }
    }
    state.fanouts.values().forEach(old -> old.peers.removeIf(state.faults::isGraylisted));
  }

  private void graftTooFew(long nowNanos) {
    for (Map.Entry<String, Set<PeerId>> mesh : state.meshes.entrySet()) {
      if (mesh.getValue().size() < state.config.dlo()) {
        String topic = mesh.getKey();
        membership.graft(topic, membership.candidates(topic, nowNanos), state.config.d(), nowNanos);
      }
    }
  }

  private void pruneTooMany(long nowNanos) {
    for (Map.Entry<String, Set<PeerId>> mesh : state.meshes.entrySet()) {
      if (mesh.getValue().size() > state.config.dhi()) {
        List<PeerId> surplus = new ArrayList<>(mesh.getValue());
        surplus.removeAll(kept(mesh.getValue()));
        surplus.forEach(peer -> membership.prune(mesh.getKey(), peer, nowNanos));
      }
    }
  }

  /** Draws D peers of a mesh, Dout of them such as we dialled if it has as many. */
  private List<PeerId> kept(Set<PeerId> mesh) {
    List<PeerId> order = Sample.of(mesh, mesh.size(), state.random);
    List<PeerId> kept =
        new ArrayList<>(
            order.stream().filter(this::isOutbound).limit(state.config.dout()).toList());
    for (PeerId peer : order) {
      if (kept.size() == state.config.d()) {
        break;
      }
      if (!kept.contains(peer)) {
        kept.add(peer);
      }
    }
    return kept;
  }

  private void graftOutbound(long nowNanos) {
    for (Map.Entry<String, Set<PeerId>> mesh : state.meshes.entrySet()) {
      int outbound = 0;
      for (PeerId peer : mesh.getValue()) {
        outbound += isOutbound(peer) ? 1 : 0;
      }
      int size = mesh.getValue().size();
      int degree = Math.min(state.config.dhi(), size + state.config.dout() - outbound);
      // Most that dialled few have all of those in the mesh.
      if (degree > size && outbound < state.dialled()) {
        List<PeerId> candidates = membership.dialledCandidates(mesh.getKey(), nowNanos);
        membership.graft(mesh.getKey(), candidates, degree, nowNanos);
      }
    }
  }

  private boolean isOutbound(PeerId peer) {
    PeerState known = state.peers.get(peer);
    return known != null && known.outbound;
  }

  private void tendFanouts(long nowNanos) {
    state.fanouts.forEach(
        (topic, fanout) -> {
          int missing = state.config.d() - fanout.peers.size();
          if (missing > 0) {
            List<PeerId> others = state.subscribers(topic, peer -> !fanout.peers.contains(peer.id));
            fanout.peers.addAll(Sample.of(others, missing, state.random));
          }
        });
  }

  private void announce(long nowNanos) {
    state.meshes.forEach(gossip::announce);
    state.fanouts.forEach((topic, fanout) -> gossip.announce(topic, fanout.peers));
  }

  private void tellLonely(long nowNanos) {
    state.meshes.forEach((topic, mesh) -> tellLonely(topic, mesh.size()));
    state.fanouts.forEach((topic, fanout) -> tellLonely(topic, fanout.peers.size()));
  }

  private void tellLonely(String topic, int peers) {
    if (peers < state.config.dlo()) {
      state.outbox.add(new RouterOutput.Lonely(topic, peers));
    }
  }
}
