package io.surgemesh.gossip;

import io.surgemesh.market.SignedOffer;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message of a topic, with what is worth working out from its data only once.
 *
 * <p>Equal by topic and data. Confined to the loops of one thread: the mesh loop of a host on
 * sockets, or all nodes of a simulated network.
 */
public final class TopicMessage {
  /**
   * How a listener reads data.
   *
   * @param <T> what it reads
   */
  @FunctionalInterface
  public interface Reader<T> {
    /**
     * Returns what the data holds; a function of the data alone.
     *
     * @throws MalformedMessageException when it is malformed
     */
    T read(Bytes data) throws MalformedMessageException;
  }

  private final String topic;
  private final Bytes data;
  private @Nullable MessageKey key;
  private @Nullable Object content;

  TopicMessage(String topic, Bytes data) {
    this.topic = topic;
    this.data = data;
  }

  /** Creates a message with an offer, which nobody need read or hash again. */
  TopicMessage(String topic, SignedOffer signed) {
    this(topic, signed.bytes());
    this.key = new MessageKey(topic, signed.hash());
    this.content = signed;
  }

  /** Returns the topic's name. */
  public String topic() {
    return topic;
  }

  /** Returns what was published. */
  public Bytes data() {
    return data;
  }

  /**
   * Returns what the data holds, read at the first call and remembered: all who get this message
   * read it alike.
   *
   * @param type what {@code reader} returns
   * @throws MalformedMessageException when the data is malformed, at each call
   */
  public <T> T content(Class<T> type, Reader<T> reader) throws MalformedMessageException {
    Object known = content;
    if (type.isInstance(known)) {
      return type.cast(known);
    }
    T read = reader.read(data);
    content = read;
    return read;
  }

  /** Returns the name of the message within its topic. */
  MessageKey key() {
    MessageKey known = key;
    if (known == null) {
      known = MessageKey.of(topic, data);
      key = known;
    }
    return known;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TopicMessage that && topic.equals(that.topic) && data.equals(that.data);
  }

  @Override
  public int hashCode() {
    return Objects.hash(topic, data);
  }

  /** Returns the topic and the length of the data. */
  @Override
  public String toString() {
    return topic + " (" + data.size() + " bytes)";
  }
}
