package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;
import java.util.List;

/** What the driver of a {@link MeshRouter} must do next. */
sealed interface RouterOutput {
  /** Send subscriptions, GRAFT and PRUNE to a peer: not to be dropped. */
  record Control(PeerId to, Rpc rpc) implements RouterOutput {}

  /** Send IHAVE and IWANT to a peer: the first to drop when it does not keep up. */
  record Gossiped(PeerId to, Rpc rpc) implements RouterOutput {}

  /** Send messages, in one RPC, to some peers, in this order. */
  record Forward(List<PeerId> to, List<TopicMessage> messages) implements RouterOutput {}

  /** Judge a message; the answer goes to {@link MeshRouter#onValidated}. */
  record Validate(TopicMessage message, PeerId from) implements RouterOutput {}

  /** Hand an accepted message to whoever joined its topic. */
  record Deliver(TopicMessage message) implements RouterOutput {}

  /** A peer said that it joined a topic, which need not be one of ours. */
  record Subscribed(PeerId peer, String topic) implements RouterOutput {}

  /** A peer is in our mesh of a topic from now on. */
  record Grafted(PeerId peer, String topic) implements RouterOutput {}

  /** At this heartbeat a topic of ours had fewer peers than Dlo. */
  record Lonely(String topic, int peers) implements RouterOutput {}

  /** A peer did wrong. */
  record Misbehaved(PeerId peer, Misbehaviour what) implements RouterOutput {}
}
