package io.surgemesh.host;

import io.surgemesh.identity.MeshException.StreamBroken;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.PeerRecord;
import io.surgemesh.identity.PublicKey;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.identity.Signatures;
import io.surgemesh.identity.SignedEnvelope;
import io.surgemesh.machine.Loop;
import io.surgemesh.machine.Timer;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.wire.ProtobufScan;
import io.surgemesh.wire.ScanLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Takes the identify messages of one peer into the peerstore. Confined to the host's loop. */
final class IdentifyReader implements FrameListener {
  private static final ScanLimits LIMITS = new ScanLimits(Identify.MESSAGE_BYTES_MAX, 512, 2);

  private final Host host;
  private final Connection connection;
  private final Signatures signatures;
  private final PeerId peer;
  private final CompletableFuture<PeerInfo> told = new CompletableFuture<>();
  private final Set<Multiaddr> addresses = new LinkedHashSet<>();
  private final Set<ProtocolId> protocols = new LinkedHashSet<>();
  private byte @Nullable [] signedRecord;
  private int messages;
  private boolean over;

  IdentifyReader(Host host, Connection connection, Signatures signatures) {
    this.host = host;
    this.connection = connection;
    this.signatures = signatures;
    this.peer = connection.remotePeer();
  }

  CompletableFuture<PeerInfo> told() {
    return told;
  }

  /** Sets the deadline; from any thread. */
  void begin(FrameChannel channel, Duration timeout) {
    Loop loop = host.loop();
    loop.execute(
        () -> {
          Timer timer =
              loop.arm(
                  loop.nowNanos() + timeout.toNanos(),
                  () -> {
                    channel.reset();
                    fail(new StreamBroken(peer, ResetReason.TIMED_OUT));
                  });
          told.whenComplete((info, failure) -> loop.execute(timer::cancel));
        });
  }

  @Override
  public void onFrame(FrameChannel channel, byte[] frame) {
    if (over) {
      return;
    }
    try {
      take(ProtobufScan.parse(io.surgemesh.wire.pb.Identify.getDefaultInstance(), frame, LIMITS));
    } catch (MalformedMessageException malformed) {
      channel.reset();
      fail(new StreamBroken(peer, ResetReason.MISBEHAVED));
      return;
    }
    if (++messages == Identify.MESSAGES_MAX) {
      channel.reset();
      finish();
    }
  }

  @Override
  public void onRemoteClose(FrameChannel channel) {
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
  public void onReset(FrameChannel channel, ResetReason reason) {
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

  private void take(io.surgemesh.wire.pb.Identify message) throws MalformedMessageException {
    if (message.hasPublicKey()
        && !PublicKey.decode(message.getPublicKey().toByteArray()).toPeerId().equals(peer)) {
      connection.close();
      throw new MalformedMessageException("identify tells another peer's key");
    }
    for (var encoded : message.getListenAddrsList()) {
      addAddress(encoded.toByteArray());
    }
    for (String name : message.getProtocolsList()) {
      if (protocols.size() < Peerstore.PROTOCOLS_MAX && ProtocolId.isValid(name)) {
        protocols.add(new ProtocolId(name));
      }
    }
    if (message.hasSignedPeerRecord()) {
      signedRecord = message.getSignedPeerRecord().toByteArray();
    }
  }

  /** Addresses of transports that we do not know are no fault. */
  private void addAddress(byte[] encoded) {
    if (addresses.size() == Identify.ADDRESSES_MAX) {
      return;
    }
    try {
      addresses.add(Multiaddr.decode(encoded).withoutPeerId());
    } catch (MalformedMessageException unknown) {
      return;
    }
  }

  /** What is signed counts more than what was only said; verifying takes a worker. */
  private void finish() {
    over = true;
    byte[] record = signedRecord;
    if (record == null) {
      store(new ArrayList<>(addresses));
      return;
    }
    host.loop()
        .<List<Multiaddr>>offload(
            () -> {
              PeerRecord opened = PeerRecord.open(SignedEnvelope.decode(record), signatures);
              return opened.peerId().equals(peer) ? opened.addresses() : List.of();
            },
            (certified, failure) ->
                store(
                    certified == null || certified.isEmpty()
                        ? new ArrayList<>(addresses)
                        : certified));
  }

  private void store(List<Multiaddr> known) {
    host.peerstore().addAddresses(peer, known);
    host.peerstore().setProtocols(peer, List.copyOf(protocols));
    told.complete(new PeerInfo(peer, known));
  }
}
