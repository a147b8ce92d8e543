package io.surgemesh.session;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Control frames that wait to be sent: answers to the peer first, then our own.
 *
 * <p>Answers are bounded by {@link YamuxLimits#framesQueuedMax}. Our own frames are bounded by the
 * streams: an opening, a closing and at most two windows for each, and two pings.
 */
final class YamuxFrameQueue {
  private final YamuxLimits limits;
  private final ArrayDeque<YamuxFrame> answers = new ArrayDeque<>();
  private final ArrayDeque<YamuxFrame> own = new ArrayDeque<>();
  private int pingReplies;

  YamuxFrameQueue(YamuxLimits limits) {
    this.limits = limits;
  }

  void add(int type, int flags, int streamId, int length) {
    own.add(new YamuxFrame(type, flags, streamId, length));
  }

  void addPing(int value) {
    add(YamuxFrame.TYPE_PING, YamuxFrame.FLAG_SYN, 0, value);
  }

  void addGoAway(int code) {
    add(YamuxFrame.TYPE_GO_AWAY, 0, 0, code);
  }

  /** Queues a frame that the peer caused; returns whether it fits. */
  boolean answer(int flags, int streamId) {
    if (answers.size() >= limits.framesQueuedMax()) {
      return false;
    }
    return answers.add(new YamuxFrame(YamuxFrame.TYPE_WINDOW_UPDATE, flags, streamId, 0));
  }

  /** Queues the answer to a ping; returns whether it fits. */
  boolean answerPing(int value) {
    if (pingReplies >= limits.pingRepliesMax()) {
      return false;
    }
    pingReplies++;
    return answers.add(new YamuxFrame(YamuxFrame.TYPE_PING, YamuxFrame.FLAG_ACK, 0, value));
  }

  @Nullable YamuxFrame poll() {
    YamuxFrame answer = answers.poll();
    if (answer == null) {
      return own.poll();
    }
    if (answer.type() == YamuxFrame.TYPE_PING) {
      pingReplies--;
    }
    return answer;
  }

  int size() {
    return answers.size() + own.size();
  }

  void clear() {
    answers.clear();
    own.clear();
    pingReplies = 0;
  }
}
