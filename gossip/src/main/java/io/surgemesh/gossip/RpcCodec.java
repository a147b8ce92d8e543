package io.surgemesh.gossip;

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
import io.surgemesh.wire.ProtobufSize;
import io.surgemesh.wire.ProtobufWriter;
import java.io.IOException;
import java.util.List;

/**
 * RPCs as bytes and back.
 *
 * <p>Before anything is parsed, all that is not a published message is weighed: it may be no more
 * than the budget for control, since a megabyte of empty sub-messages makes half a million objects.
 */
record RpcCodec(GossipLimits limits) implements FrameCodec<Rpc> {
  /** Returns the RPC that a peer sent; one beyond a limit is malformed too. */
  @Override
  public Rpc decode(byte[] encoded) throws MalformedMessageException {
    if (encoded.length > limits.rpcBytesMax()) {
      throw new MalformedMessageException("RPC of " + encoded.length + " bytes");
    }
    requireControlWithinBudget(encoded);
    return RpcReader.read(encoded, limits.rpcBytesMax());
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

  @Override
  public byte[] encode(Rpc rpc) {
    ProtobufWriter writer = new ProtobufWriter(encodedBytes(rpc));
    for (Rpc.Subscription one : rpc.subscriptions()) {
      writer.head(RPC.SUBSCRIPTIONS_FIELD_NUMBER, subscriptionBytes(one));
      writer.varint(RPC.SubOpts.SUBSCRIBE_FIELD_NUMBER, one.subscribe() ? 1 : 0);
      writer.text(RPC.SubOpts.TOPICID_FIELD_NUMBER, one.topic());
    }
    for (TopicMessage message : rpc.messages()) {
      writer.head(RPC.PUBLISH_FIELD_NUMBER, messageBytes(message));
      writer.bytes(Message.DATA_FIELD_NUMBER, message.data());
      writer.text(Message.TOPIC_FIELD_NUMBER, message.topic());
    }
    int control = controlBytes(rpc);
    if (control > 0) {
      writer.head(RPC.CONTROL_FIELD_NUMBER, control);
      writeControl(writer, rpc);
    }
    return writer.finish();
  }

  private static void writeControl(ProtobufWriter writer, Rpc rpc) {
    for (Rpc.IHave have : rpc.ihave()) {
      writer.head(ControlMessage.IHAVE_FIELD_NUMBER, ihaveBytes(have));
      writer.text(ControlIHave.TOPICID_FIELD_NUMBER, have.topic());
      have.ids().forEach(id -> writer.bytes(ControlIHave.MESSAGEIDS_FIELD_NUMBER, id));
    }
    if (!rpc.iwant().isEmpty()) {
      int body = idsBytes(ControlIWant.MESSAGEIDS_FIELD_NUMBER, rpc.iwant());
      writer.head(ControlMessage.IWANT_FIELD_NUMBER, body);
      rpc.iwant().forEach(id -> writer.bytes(ControlIWant.MESSAGEIDS_FIELD_NUMBER, id));
    }
    for (String topic : rpc.graft()) {
      writer.head(
          ControlMessage.GRAFT_FIELD_NUMBER,
          ProtobufSize.text(ControlGraft.TOPICID_FIELD_NUMBER, topic));
      writer.text(ControlGraft.TOPICID_FIELD_NUMBER, topic);
    }
    for (Rpc.Prune prune : rpc.prune()) {
      writer.head(ControlMessage.PRUNE_FIELD_NUMBER, pruneBytes(prune));
      writer.text(ControlPrune.TOPICID_FIELD_NUMBER, prune.topic());
      writer.varint(ControlPrune.BACKOFF_FIELD_NUMBER, prune.backoffSeconds());
    }
  }

  private static int subscriptionBytes(Rpc.Subscription one) {
    return ProtobufSize.varint(RPC.SubOpts.SUBSCRIBE_FIELD_NUMBER, 1)
        + ProtobufSize.text(RPC.SubOpts.TOPICID_FIELD_NUMBER, one.topic());
  }

  private static int messageBytes(TopicMessage message) {
    return ProtobufSize.delimited(Message.DATA_FIELD_NUMBER, message.data().size())
        + ProtobufSize.text(Message.TOPIC_FIELD_NUMBER, message.topic());
  }

  private static int ihaveBytes(Rpc.IHave have) {
    return ProtobufSize.text(ControlIHave.TOPICID_FIELD_NUMBER, have.topic())
        + idsBytes(ControlIHave.MESSAGEIDS_FIELD_NUMBER, have.ids());
  }

  private static int pruneBytes(Rpc.Prune prune) {
    return ProtobufSize.text(ControlPrune.TOPICID_FIELD_NUMBER, prune.topic())
        + ProtobufSize.varint(ControlPrune.BACKOFF_FIELD_NUMBER, prune.backoffSeconds());
  }

  @Override
  public int encodedBytes(Rpc rpc) {
    int bytes = 0;
    for (Rpc.Subscription one : rpc.subscriptions()) {
      bytes += ProtobufSize.delimited(RPC.SUBSCRIPTIONS_FIELD_NUMBER, subscriptionBytes(one));
    }
    for (TopicMessage message : rpc.messages()) {
      bytes += ProtobufSize.delimited(RPC.PUBLISH_FIELD_NUMBER, messageBytes(message));
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
      bytes += ProtobufSize.delimited(ControlMessage.IHAVE_FIELD_NUMBER, ihaveBytes(have));
    }
    if (!rpc.iwant().isEmpty()) {
      int body = idsBytes(ControlIWant.MESSAGEIDS_FIELD_NUMBER, rpc.iwant());
      bytes += ProtobufSize.delimited(ControlMessage.IWANT_FIELD_NUMBER, body);
    }
    for (String topic : rpc.graft()) {
      int body = ProtobufSize.text(ControlGraft.TOPICID_FIELD_NUMBER, topic);
      bytes += ProtobufSize.delimited(ControlMessage.GRAFT_FIELD_NUMBER, body);
    }
    for (Rpc.Prune prune : rpc.prune()) {
      bytes += ProtobufSize.delimited(ControlMessage.PRUNE_FIELD_NUMBER, pruneBytes(prune));
    }
    return bytes;
  }

  private static int idsBytes(int field, List<Bytes> ids) {
    int bytes = 0;
    for (Bytes id : ids) {
      bytes += ProtobufSize.delimited(field, id.size());
    }
    return bytes;
  }
}
