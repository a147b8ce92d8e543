package io.surgemesh.host;

import io.surgemesh.host.Rule.Reaction;
import io.surgemesh.identity.MeshException.StreamBroken;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.PublicKey;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.identity.Signatures;
import io.surgemesh.machine.Loop;
import io.surgemesh.machine.Timer;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.multiformats.Multihash;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Takes the identify messages of one peer into the peerstore. Confined to the host's loop. */
final class IdentifyReader implements FrameListener<IdentifyMessage> {
  /** What it means when a message has no protocols. */
  private enum Omission {
    MEANS_NONE,
    MEANS_UNCHANGED
  }

  private final Host host;
  private final Connection connection;
  private final Signatures signatures;
  private final RecordOrder records;
  private final ObservedAddresses observed;
  private final Omission omission;
  private final PeerId peer;
  private final CompletableFuture<PeerInfo> told = new CompletableFuture<>();
  private List<Multiaddr> addresses = List.of();
  private List<ProtocolId> protocols = List.of();
  private SignedRecord signedRecord = SignedRecord.NONE;
  private Bytes seenAt = Bytes.EMPTY;
  private boolean newProtocols;
  private int messages;
  private boolean over;

  private IdentifyReader(
      Host host,
      Connection connection,
      Signatures signatures,
      RecordOrder records,
      ObservedAddresses observed,
      Omission omission) {
    this.host = host;
    this.connection = connection;
    this.signatures = signatures;
    this.records = records;
    this.observed = observed;
    this.omission = omission;
    this.peer = connection.remotePeer();
  }

  /** Returns a reader of what a peer answers: all there is to tell. */
  static IdentifyReader ofAnswer(
      Host host,
      Connection connection,
      Signatures signatures,
      RecordOrder records,
      ObservedAddresses observed) {
    return new IdentifyReader(host, connection, signatures, records, observed, Omission.MEANS_NONE);
  }

  /** Returns a reader of what a peer pushes: what has changed. */
  static IdentifyReader ofPush(
      Host host,
      Connection connection,
      Signatures signatures,
      RecordOrder records,
      ObservedAddresses observed) {
    return new IdentifyReader(
        host, connection, signatures, records, observed, Omission.MEANS_UNCHANGED);
  }

  CompletableFuture<PeerInfo> told() {
    return told;
  }

  /** Returns, once told, whether the peer speaks something else than was known. */
  boolean saysNewProtocols() {
    return newProtocols;
  }

  /** Sets the deadline; from any thread. */
  void begin(FrameChannel<IdentifyMessage> channel, Duration timeout) {
    host.loop().dispatch(() -> arm(channel, timeout));
  }

  private void arm(FrameChannel<IdentifyMessage> channel, Duration timeout) {
    Loop loop = host.loop();
    Timer timer =
        loop.arm(
            loop.nowNanos() + timeout.toNanos(),
            () -> {
              channel.reset();
              fail(new StreamBroken(peer, ResetReason.TIMED_OUT));
            });
    // Whatever ends the asking does so on the loop.
    told.whenComplete((info, failure) -> timer.cancel());
  }

  @Override
  public void onFrame(FrameChannel<IdentifyMessage> channel, IdentifyMessage message) {
    if (over) {
      return;
    }
    if (!message.publicKey().isEmpty() && !isOwnKey(message.publicKey())) {
      channel.reset();
      fail(new StreamBroken(peer, ResetReason.MISBEHAVED));
      return;
    }
    take(message);
    if (++messages == Identify.MESSAGES_MAX) {
      channel.reset();
      finish();
    }
  }

  @Override
  public void onRemoteClose(FrameChannel<IdentifyMessage> channel) {
    if (over) {
      return;
    }
    if (messages == 0) {
      fail(new StreamBroken(peer, ResetReason.REMOTE));
    } else {
      finish();
    }
  }

  @Override
  public void onReset(FrameChannel<IdentifyMessage> channel, ResetReason reason) {
    if (reason == ResetReason.MISBEHAVED) {
      connection.misbehaved(Rule.IDENTIFY_MESSAGE, Reaction.RESET);
    }
    fail(new StreamBroken(peer, reason));
  }

  /** Fails the asking; from any thread. */
  void fail(Throwable failure) {
    host.loop()
        .execute(
            () -> {
              over = true;
              Throwable cause = failure.getCause();
              told.completeExceptionally(
                  failure instanceof CompletionException && cause != null ? cause : failure);
            });
  }

  @Override
  public void onMalformed(FrameChannel<IdentifyMessage> channel) {
    if (!over) {
      channel.reset();
      connection.misbehaved(Rule.IDENTIFY_MESSAGE, Reaction.RESET);
      fail(new StreamBroken(peer, ResetReason.MISBEHAVED));
    }
  }

  /** Returns whether that is the key of the connection, which another peer's key closes. */
  private boolean isOwnKey(Bytes encoded) {
    // An id that holds the key itself tells without decoding it.
    byte[] key = encoded.toByteArray();
    if (key.length <= Multihash.DIGEST_BYTES_MAX
        && peer.bytes().equals(Bytes.of(Multihash.identity(key).encode()))) {
      return true;
    }
    try {
      boolean own = PublicKey.decode(key).toPeerId().equals(peer);
      if (!own) {
        connection.misbehaved(Rule.IDENTIFY_KEY, Reaction.CLOSE);
        connection.close();
      }
      return own;
    } catch (MalformedMessageException malformed) {
      connection.misbehaved(Rule.IDENTIFY_MESSAGE, Reaction.RESET);
      return false;
    }
  }

  private void take(IdentifyMessage message) {
    addresses = merged(addresses, message.addresses(), Identify.ADDRESSES_MAX);
    protocols = merged(protocols, message.protocols(), Peerstore.PROTOCOLS_MAX);
    if (!message.signedPeerRecord().envelope().isEmpty()) {
      signedRecord = message.signedPeerRecord();
    }
    if (!message.observed().isEmpty()) {
      seenAt = message.observed();
    }
  }

  /** Nearly all peers send one message, whose lists are then kept as they are. */
  private static <T> List<T> merged(List<T> present, List<T> added, int countMax) {
    if (present.isEmpty() && added.size() <= countMax) {
      return added;
    }
    return Stream.concat(present.stream(), added.stream()).distinct().limit(countMax).toList();
  }

  /** What is signed counts more than what was only said; verifying takes a worker. */
  private void finish() {
    over = true;
    SignedRecord record = signedRecord;
    if (record.envelope().isEmpty()) {
      onSaid();
      return;
    }
    host.loop().offload(() -> record.info(peer, signatures), this::onRead);
  }

  private void onRead(@Nullable PeerInfo certified, @Nullable Throwable failure) {
    if (failure instanceof MalformedMessageException
        || (certified != null && !certified.peerId().equals(peer))) {
      connection.misbehaved(Rule.IDENTIFY_RECORD, Reaction.IGNORE);
    }
    if (certified == null
        || certified.addresses().isEmpty()
        || !certified.peerId().equals(peer)
        || !records.isNewest(peer, signedRecord.seq())) {
      onSaid();
    } else {
      host.peerstore().addAddresses(certified, dialled());
      finish(certified);
    }
  }

  private void onSaid() {
    PeerInfo said = new PeerInfo(peer, addresses);
    host.peerstore().addAddresses(said, dialled());
    finish(said);
  }

  private @Nullable Multiaddr dialled() {
    return connection.isOutbound() ? connection.remoteAddress() : null;
  }

  private void finish(PeerInfo known) {
    if (omission == Omission.MEANS_NONE || !protocols.isEmpty()) {
      newProtocols = !protocols.equals(host.peerstore().protocols(peer));
      host.peerstore().setProtocols(peer, protocols);
    }
    observed.observe(
        peer,
        connection.remoteAddress(),
        seenAt,
        connection.isOutbound() ? host.addresses() : List.of(),
        host.loop().nowNanos());
    told.complete(known);
  }
}
