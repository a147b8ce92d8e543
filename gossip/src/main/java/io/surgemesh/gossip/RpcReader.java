package io.surgemesh.gossip;

import io.surgemesh.gossip.pb.ControlGraft;
import io.surgemesh.gossip.pb.ControlIDontWant;
import io.surgemesh.gossip.pb.ControlIHave;
import io.surgemesh.gossip.pb.ControlIWant;
import io.surgemesh.gossip.pb.ControlMessage;
import io.surgemesh.gossip.pb.ControlPrune;
import io.surgemesh.gossip.pb.Message;
import io.surgemesh.gossip.pb.PeerInfo;
import io.surgemesh.gossip.pb.RPC;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.ProtobufCursor;
import io.surgemesh.wire.ScanLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads one RPC of {@link RpcCodec}; each message of a mesh comes in some of them. */
final class RpcReader {
  private static final int DEPTH = 4;
  private static final int FIELDS_MAX = ScanLimits.defaults().fieldsMax();

  private final ProtobufCursor cursor;
  private final List<Rpc.Subscription> subscriptions = new ArrayList<>(0);
  private final List<TopicMessage> messages = new ArrayList<>(1);
  private final List<Rpc.IHave> ihave = new ArrayList<>(0);
  private final List<Bytes> iwant = new ArrayList<>(0);
  private final List<String> graft = new ArrayList<>(0);
  private final List<Rpc.Prune> prune = new ArrayList<>(0);
  private int signedMessages;

  private RpcReader(byte[] encoded, int bytesMax) throws MalformedMessageException {
    cursor = new ProtobufCursor(encoded, new ScanLimits(bytesMax, FIELDS_MAX, DEPTH));
  }

  static Rpc read(byte[] encoded, int bytesMax) throws MalformedMessageException {
    RpcReader reader = new RpcReader(encoded, bytesMax);
    reader.readRpc();
    return new Rpc(
        reader.subscriptions,
        reader.messages,
        reader.ihave,
        reader.iwant,
        reader.graft,
        reader.prune,
        reader.signedMessages);
  }

  private void readRpc() throws MalformedMessageException {
    long seen = 0;
    while (cursor.next()) {
      switch (cursor.field()) {
        case RPC.SUBSCRIPTIONS_FIELD_NUMBER -> readSubscription();
        case RPC.PUBLISH_FIELD_NUMBER -> readMessage();
        case RPC.CONTROL_FIELD_NUMBER -> {
          seen = cursor.once(seen);
          readControl();
        }
        default -> cursor.skip();
      }
    }
  }

  private void readSubscription() throws MalformedMessageException {
    int outerEnd = cursor.enter();
    boolean subscribe = false;
    String topic = "";
    long seen = 0;
    while (cursor.next()) {
      switch (cursor.field()) {
        case RPC.SubOpts.SUBSCRIBE_FIELD_NUMBER -> {
          seen = cursor.once(seen);
          subscribe = cursor.bool();
        }
        case RPC.SubOpts.TOPICID_FIELD_NUMBER -> {
          seen = cursor.once(seen);
          topic = topic();
        }
        default -> cursor.skip();
      }
    }
    cursor.leave(outerEnd);
    subscriptions.add(new Rpc.Subscription(topic, subscribe));
  }

  private void readMessage() throws MalformedMessageException {
    int outerEnd = cursor.enter();
    Bytes data = Bytes.EMPTY;
    String topic = "";
    boolean signed = false;
    long seen = 0;
    while (cursor.next()) {
      switch (cursor.field()) {
        case Message.DATA_FIELD_NUMBER -> {
          seen = cursor.once(seen);
          data = cursor.bytes();
        }
        case Message.TOPIC_FIELD_NUMBER -> {
          seen = cursor.once(seen);
          topic = cursor.text();
        }
        case Message.FROM_FIELD_NUMBER,
            Message.SEQNO_FIELD_NUMBER,
            Message.SIGNATURE_FIELD_NUMBER,
            Message.KEY_FIELD_NUMBER -> {
          seen = cursor.once(seen);
          Bytes unused = cursor.bytes();
          signed = true;
        }
        default -> cursor.skip();
      }
    }
    cursor.leave(outerEnd);
    if (signed) {
      signedMessages++;
    } else {
      messages.add(new TopicMessage(fitting(topic), data));
    }
  }

  private void readControl() throws MalformedMessageException {
    int outerEnd = cursor.enter();
    while (cursor.next()) {
      switch (cursor.field()) {
        case ControlMessage.IHAVE_FIELD_NUMBER -> readIHave();
        case ControlMessage.IWANT_FIELD_NUMBER ->
            readIds(ControlIWant.MESSAGEIDS_FIELD_NUMBER, iwant);
        case ControlMessage.GRAFT_FIELD_NUMBER -> readGraft();
        case ControlMessage.PRUNE_FIELD_NUMBER -> readPrune();
        case ControlMessage.IDONTWANT_FIELD_NUMBER ->
            readIds(ControlIDontWant.MESSAGEIDS_FIELD_NUMBER, new ArrayList<>(0));
        default -> cursor.skip();
      }
    }
    cursor.leave(outerEnd);
  }

  private void readIHave() throws MalformedMessageException {
    int outerEnd = cursor.enter();
    String topic = "";
    List<Bytes> ids = new ArrayList<>(1);
    long seen = 0;
    while (cursor.next()) {
      switch (cursor.field()) {
        case ControlIHave.TOPICID_FIELD_NUMBER -> {
          seen = cursor.once(seen);
          topic = topic();
        }
        case ControlIHave.MESSAGEIDS_FIELD_NUMBER -> readId(ids);
        default -> cursor.skip();
      }
    }
    cursor.leave(outerEnd);
    ihave.add(new Rpc.IHave(topic, ids));
  }

  private void readIds(int field, List<Bytes> ids) throws MalformedMessageException {
    int outerEnd = cursor.enter();
    while (cursor.next()) {
      if (cursor.field() == field) {
        readId(ids);
      } else {
        cursor.skip();
      }
    }
    cursor.leave(outerEnd);
  }

  private void readId(List<Bytes> ids) throws MalformedMessageException {
    Bytes id = cursor.bytes();
    // No message of ours has an id of another length.
    if (id.size() == MessageKey.ID_BYTES) {
      ids.add(id);
    }
  }

  private void readGraft() throws MalformedMessageException {
    int outerEnd = cursor.enter();
    String topic = "";
    long seen = 0;
    while (cursor.next()) {
      if (cursor.field() == ControlGraft.TOPICID_FIELD_NUMBER) {
        seen = cursor.once(seen);
        topic = topic();
      } else {
        cursor.skip();
      }
    }
    cursor.leave(outerEnd);
    graft.add(topic);
  }

  private void readPrune() throws MalformedMessageException {
    int outerEnd = cursor.enter();
    String topic = "";
    long backoffSeconds = 0;
    long seen = 0;
    while (cursor.next()) {
      switch (cursor.field()) {
        case ControlPrune.TOPICID_FIELD_NUMBER -> {
          seen = cursor.once(seen);
          topic = topic();
        }
        case ControlPrune.PEERS_FIELD_NUMBER -> passPeer();
        case ControlPrune.BACKOFF_FIELD_NUMBER -> {
          seen = cursor.once(seen);
          backoffSeconds = cursor.uint64();
        }
        default -> cursor.skip();
      }
    }
    cursor.leave(outerEnd);
    prune.add(new Rpc.Prune(topic, backoffSeconds));
  }

  /** Peers are found through the DHT; what a PRUNE names is only well-formed. */
  private void passPeer() throws MalformedMessageException {
    int outerEnd = cursor.enter();
    long seen = 0;
    while (cursor.next()) {
      switch (cursor.field()) {
        case PeerInfo.PEERID_FIELD_NUMBER, PeerInfo.SIGNEDPEERRECORD_FIELD_NUMBER -> {
          seen = cursor.once(seen);
          Bytes unused = cursor.bytes();
        }
        default -> cursor.skip();
      }
    }
    cursor.leave(outerEnd);
  }

  private String topic() throws MalformedMessageException {
    return fitting(cursor.text());
  }

  private static String fitting(String topic) throws MalformedMessageException {
    if (topic.length() > Rpc.TOPIC_BYTES_MAX
        || topic.getBytes(StandardCharsets.UTF_8).length > Rpc.TOPIC_BYTES_MAX) {
      throw new MalformedMessageException("topic name of " + topic.length() + " characters");
    }
    return topic;
  }
}
