package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.util.function.Consumer;

/** Judges and takes the messages of one topic; called on the host's mesh loop. */
@FunctionalInterface
public interface TopicListener {
  /**
   * Judges a message that is new here; only an accepted one is forwarded.
   *
   * @param from the peer that sent it, which need not be its author
   * @param answer to be given one verdict, at once or within ten seconds, from any thread; a later
   *     one is ignored, and the message then counts as not judged
   */
  void judge(PeerId from, TopicMessage message, Consumer<Verdict> answer);

  /** Takes an accepted message; not called for messages of our own. */
  default void onMessage(Bytes data) {}
}
