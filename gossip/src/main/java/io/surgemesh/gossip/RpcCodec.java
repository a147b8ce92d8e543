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
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.ProtobufScan;
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
final class RpcCodec {
  private static final int DEPTH = 4;

  private final ScanLimits limits;
  private final int controlBytesMax;

  RpcCodec(GossipLimits limits) {
    this.limits = new ScanLimits(limits.rpcBytesMax(), ScanLimits.defaults().fieldsMax(), DEPTH);
    this.controlBytesMax = limits.controlBytesMax();
  }

  /**
   * Returns the RPC that a peer sent.
   *
   * @throws MalformedMessageException when it is none, or beyond a limit
   */
  Rpc decode(byte[] encoded) throws MalformedMessageException {
    if (encoded.length > limits.bytesMax()) {
      throw new MalformedMessageException("RPC of " + encoded.length + " bytes");
    }
    requireControlWithinBudget(encoded);
    RPC rpc = ProtobufScan.parse(RPC.getDefaultInstance(), encoded, limits);
    List<Rpc.Subscription> subscriptions = new ArrayList<>();
    for (RPC.SubOpts option : rpc.getSubscriptionsList()) {
      subscriptions.add(new Rpc.Subscription(topic(option.getTopicid()), option.getSubscribe()));
    }
    List<Rpc.Message> messages = new ArrayList<>();
    int signed = 0;
    for (Message message : rpc.getPublishList()) {
      if (message.hasFrom() || message.hasSeqno() || message.hasSignature() || message.hasKey()) {
        signed++;
      } else {
        messages.add(new Rpc.Message(topic(message.getTopic()), bytes(message.getData())));
      }
    }
    return withControl(rpc.getControl(), subscriptions, messages, signed);
  }

  private static Rpc withControl(
      ControlMessage control,
      List<Rpc.Subscription> subscriptions,
      List<Rpc.Message> messages,
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
    if (encoded.length - published > controlBytesMax) {
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

  /** Returns the RPC as bytes. */
  static byte[] encode(Rpc rpc) {
    RPC.Builder builder = RPC.newBuilder();
    for (Rpc.Subscription one : rpc.subscriptions()) {
      builder.addSubscriptions(
          RPC.SubOpts.newBuilder().setSubscribe(one.subscribe()).setTopicid(one.topic()));
    }
    for (Rpc.Message message : rpc.messages()) {
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

  private static Bytes bytes(ByteString encoded) {
    return Bytes.of(encoded.toByteArray());
  }

  private static ByteString bytes(Bytes content) {
    return ByteString.copyFrom(content.asReadOnlyByteBuffer());
  }
}
