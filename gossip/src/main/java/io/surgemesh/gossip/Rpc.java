package io.surgemesh.gossip;

import io.surgemesh.multiformats.Bytes;
import java.util.List;

/**
 * One frame of {@code /meshsub/1.1.0} (gossipsub v1.1 spec, Protobuf).
 *
 * <p>PX peers of PRUNE and IDONTWANT of v1.2 are read over: peers are found through the DHT, and
 * under v1.1 nobody owes attention to IDONTWANT.
 *
 * @param subscriptions topics the sender joins and leaves
 * @param messages published or forwarded
 * @param ihave ids of messages the sender could send
 * @param iwant ids of messages it asks for
 * @param graft topics in whose mesh it takes the receiver
 * @param prune topics from whose mesh it drops the receiver
 * @param signedMessages how many messages were left out for carrying an author, a number, a
 *     signature or a key (pubsub spec, StrictNoSign); 0 when sent
 */
record Rpc(
    List<Subscription> subscriptions,
    List<TopicMessage> messages,
    List<IHave> ihave,
    List<Bytes> iwant,
    List<String> graft,
    List<Prune> prune,
    int signedMessages) {
  /** The longest topic name, in bytes; an RPC that names a longer one is malformed. */
  static final int TOPIC_BYTES_MAX = 256;

  /** A topic joined or left. */
  record Subscription(String topic, boolean subscribe) {}

  /** Messages of a topic that can be had. */
  record IHave(String topic, List<Bytes> ids) {}

  /**
   * The end of a place in a mesh.
   *
   * @param backoffSeconds how long not to GRAFT again, as unsigned 64 bits; 0 when not said
   */
  record Prune(String topic, long backoffSeconds) {}

  /** Returns whether it is as {@link #of} makes them, which most are. */
  boolean hasMessagesOnly() {
    return subscriptions.isEmpty()
        && ihave.isEmpty()
        && iwant.isEmpty()
        && graft.isEmpty()
        && prune.isEmpty();
  }

  static Rpc of(List<TopicMessage> messages) {
    return new Rpc(List.of(), messages, List.of(), List.of(), List.of(), List.of(), 0);
  }
}
