package io.surgemesh.gossip;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.surgemesh.gossip.pb.ControlGraft;
import io.surgemesh.gossip.pb.ControlIHave;
import io.surgemesh.gossip.pb.ControlIWant;
import io.surgemesh.gossip.pb.ControlMessage;
import io.surgemesh.gossip.pb.ControlPrune;
import io.surgemesh.gossip.pb.Message;
import io.surgemesh.gossip.pb.RPC;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.ProtobufScan;
import io.surgemesh.wire.ProtobufSize;
import io.surgemesh.wire.ScanLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * RPCs as bytes and back.
 *
 * <p>Before anything is parsed, all that is not a published message is weighed: it may be no more
 * than the budget for control, since a megabyte of empty sub-messages makes half a million objects.
 */
record RpcCodec(GossipLimits limits) implements FrameCodec<Rpc> {
  private static final int DEPTH = 4;
  private static final int FIELDS_MAX = ScanLimits.defaults().fieldsMax();

  /** Returns the RPC that a peer sent; one beyond a limit is malformed too. */
  @Override
  public Rpc decode(byte[] encoded) throws MalformedMessageException {
    if (encoded.length > limits.rpcBytesMax()) {
      throw new MalformedMessageException("RPC of " + encoded.length + " bytes");
    }
    requireControlWithinBudget(encoded);
    RPC rpc =
        ProtobufScan.parse(
            RPC.getDefaultInstance(),
            encoded,
            new ScanLimits(limits.rpcBytesMax(), FIELDS_MAX, DEPTH));
    List<Rpc.Subscription> subscriptions = new ArrayList<>();
    for (RPC.SubOpts option : rpc.getSubscriptionsList()) {
      subscriptions.add(new Rpc.Subscription(topic(option.getTopicid()), option.getSubscribe()));
    }
    List<TopicMessage> messages = new ArrayList<>();
    int signed = 0;
    for (Message message : rpc.getPublishList()) {
      if (message.hasFrom() || message.hasSeqno() || message.hasSignature() || message.hasKey()) {
        signed++;
      } else {
        messages.add(new TopicMessage(topic(message.getTopic()), bytes(message.getData())));
      }
    }
    return withControl(rpc.getControl(), subscriptions, messages, signed);
  }

  private static Rpc withControl(
      ControlMessage control,
      List<Rpc.Subscription> subscriptions,
      List<TopicMessage> messages,
      int signed)
      throws MalformedMessageException {
    List<Rpc.IHave> ihave = new ArrayList<>();
    for (ControlIHave have : control.getIhaveList()) {
      ihave.add(new Rpc.IHave(topic(have.getTopicID()), ids(have.getMessageIDsList())));
    }
    List<Bytes> iwant = new ArrayList<>();
    for (ControlIWant want : control.getIwantList()) {
      iwant.addAll(ids(want.getMessageIDsList()));
    }
    List<String> graft = new ArrayList<>();
    for (ControlGraft one : control.getGraftList()) {
      graft.add(topic(one.getTopicID()));
    }
    List<Rpc.Prune> prune = new ArrayList<>();
    for (ControlPrune one : control.getPruneList()) {
      prune.add(new Rpc.Prune(topic(one.getTopicID()), one.getBackoff()));
    }
    return new Rpc(subscriptions, messages, ihave, iwant, graft, prune, signed);
  }

  private void requireControlWithinBudget(byte[] encoded) throws MalformedMessageException {
    CodedInputStream source = CodedInputStream.newInstance(encoded);
    int published = 0;
    try {
      while (!source.isAtEnd()) {
        int start = source.getTotalBytesRead();
        int tag = source.readTag();
        skip(source, tag);
        if (WireFormat.getTagFieldNumber(tag) == RPC.PUBLISH_FIELD_NUMBER) {
          published += source.getTotalBytesRead() - start;
        }
      }
    } catch (IOException cut) {
      throw new MalformedMessageException("RPC: " + cut.getMessage());
    }
    if (encoded.length - published > limits.controlBytesMax()) {
      throw new MalformedMessageException(
          "RPC with " + (encoded.length - published) + " bytes of control");
    }
  }

  private static void skip(CodedInputStream source, int tag)
      throws IOException, MalformedMessageException {
    int type = WireFormat.getTagWireType(tag);
    if (type == WireFormat.WIRETYPE_START_GROUP || !source.skipField(tag)) {
      throw new MalformedMessageException("RPC holds a group");
    }
  }

  private static String topic(String topic) throws MalformedMessageException {
    if (topic.length() > Rpc.TOPIC_BYTES_MAX
        || topic.getBytes(StandardCharsets.UTF_8).length > Rpc.TOPIC_BYTES_MAX) {
      throw new MalformedMessageException("topic name of " + topic.length() + " characters");
    }
    return topic;
  }

  private static List<Bytes> ids(List<ByteString> encoded) {
    List<Bytes> ids = new ArrayList<>(encoded.size());
    for (ByteString id : encoded) {
      // No message of ours has an id of another length.
      if (id.size() == MessageKey.ID_BYTES) {
        ids.add(bytes(id));
      }
    }
    return ids;
  }

  @Override
  public byte[] encode(Rpc rpc) {
    RPC.Builder builder = RPC.newBuilder();
    for (Rpc.Subscription one : rpc.subscriptions()) {
      builder.addSubscriptions(
          RPC.SubOpts.newBuilder().setSubscribe(one.subscribe()).setTopicid(one.topic()));
    }
    for (TopicMessage message : rpc.messages()) {
      builder.addPublish(
          Message.newBuilder().setData(bytes(message.data())).setTopic(message.topic()));
    }
    ControlMessage control = control(rpc);
    if (control.getSerializedSize() > 0) {
      builder.setControl(control);
    }
    return builder.build().toByteArray();
  }

  private static ControlMessage control(Rpc rpc) {
    ControlMessage.Builder builder = ControlMessage.newBuilder();
    for (Rpc.IHave have : rpc.ihave()) {
      ControlIHave.Builder ids = ControlIHave.newBuilder().setTopicID(have.topic());
      have.ids().forEach(id -> ids.addMessageIDs(bytes(id)));
      builder.addIhave(ids);
    }
    if (!rpc.iwant().isEmpty()) {
      ControlIWant.Builder ids = ControlIWant.newBuilder();
      rpc.iwant().forEach(id -> ids.addMessageIDs(bytes(id)));
      builder.addIwant(ids);
    }
    rpc.graft().forEach(topic -> builder.addGraft(ControlGraft.newBuilder().setTopicID(topic)));
    for (Rpc.Prune prune : rpc.prune()) {
      builder.addPrune(
          ControlPrune.newBuilder().setTopicID(prune.topic()).setBackoff(prune.backoffSeconds()));
    }
    return builder.build();
  }

  @Override
  public int encodedBytes(Rpc rpc) {
    int bytes = 0;
    for (Rpc.Subscription one : rpc.subscriptions()) {
      int body =
          ProtobufSize.varint(RPC.SubOpts.SUBSCRIBE_FIELD_NUMBER, 1)
              + topicBytes(RPC.SubOpts.TOPICID_FIELD_NUMBER, one.topic());
      bytes += ProtobufSize.delimited(RPC.SUBSCRIPTIONS_FIELD_NUMBER, body);
    }
    for (TopicMessage message : rpc.messages()) {
      int body =
          ProtobufSize.delimited(Message.DATA_FIELD_NUMBER, message.data().size())
              + topicBytes(Message.TOPIC_FIELD_NUMBER, message.topic());
      bytes += ProtobufSize.delimited(RPC.PUBLISH_FIELD_NUMBER, body);
    }
    int control = controlBytes(rpc);
    return control == 0 ? bytes : bytes + ProtobufSize.delimited(RPC.CONTROL_FIELD_NUMBER, control);
  }

  private static int controlBytes(Rpc rpc) {
    int bytes = 0;
    if (rpc.hasMessagesOnly()) {
      return 0;
    }
    for (Rpc.IHave have : rpc.ihave()) {
      int body =
          topicBytes(ControlIHave.TOPICID_FIELD_NUMBER, have.topic())
              + idsBytes(ControlIHave.MESSAGEIDS_FIELD_NUMBER, have.ids());
      bytes += ProtobufSize.delimited(ControlMessage.IHAVE_FIELD_NUMBER, body);
    }
    if (!rpc.iwant().isEmpty()) {
      int body = idsBytes(ControlIWant.MESSAGEIDS_FIELD_NUMBER, rpc.iwant());
      bytes += ProtobufSize.delimited(ControlMessage.IWANT_FIELD_NUMBER, body);
    }
    for (String topic : rpc.graft()) {
      int body = topicBytes(ControlGraft.TOPICID_FIELD_NUMBER, topic);
      bytes += ProtobufSize.delimited(ControlMessage.GRAFT_FIELD_NUMBER, body);
    }
    for (Rpc.Prune prune : rpc.prune()) {
      int body =
          topicBytes(ControlPrune.TOPICID_FIELD_NUMBER, prune.topic())
              + ProtobufSize.varint(ControlPrune.BACKOFF_FIELD_NUMBER, prune.backoffSeconds());
      bytes += ProtobufSize.delimited(ControlMessage.PRUNE_FIELD_NUMBER, body);
    }
    return bytes;
  }

  private static int topicBytes(int field, String topic) {
    return ProtobufSize.delimited(field, utf8Bytes(topic));
  }

  /** Counts without encoding: topics are nearly always ASCII. */
  private static int utf8Bytes(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return text.getBytes(StandardCharsets.UTF_8).length;
      }
    }
    return text.length();
  }

  private static int idsBytes(int field, List<Bytes> ids) {
    int bytes = 0;
    for (Bytes id : ids) {
      bytes += ProtobufSize.delimited(field, id.size());
    }
    return bytes;
  }

  private static Bytes bytes(ByteString encoded) {
    return Bytes.of(encoded.toByteArray());
  }

  private static ByteString bytes(Bytes content) {
    return ByteString.copyFrom(content.asReadOnlyByteBuffer());
  }
}
