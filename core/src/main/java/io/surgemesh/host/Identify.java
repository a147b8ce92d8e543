package io.surgemesh.host;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException.ProtocolNotSupported;
import io.surgemesh.identity.MeshException.StreamBroken;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.PeerRecord;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.identity.Signatures;
import io.surgemesh.machine.Loop;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells peers who we are, where we listen and what we speak, and asks the same of them.
 *
 * <p>Written against {@link Host} only. Sends one message of at most {@value #MESSAGE_BYTES_MAX}
 * bytes; takes up to {@value #MESSAGES_MAX} of that size, which are merged. What a peer pushes
 * unasked is taken the same way, but for what it leaves out, which stays as it was. Thread-safe.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/identify/README.md">libp2p identify
 *     spec</a>
 */
public final class Identify {
  /** The protocol's name. */
  public static final ProtocolId PROTOCOL = new ProtocolId("/ipfs/id/1.0.0");

  /** The name of the same message, sent unasked when something has changed. */
  public static final ProtocolId PUSH = new ProtocolId("/ipfs/id/push/1.0.0");

  /** The longest message, in bytes. */
  public static final int MESSAGE_BYTES_MAX = 8 * 1024;

  /** The most messages of one answer. */
  public static final int MESSAGES_MAX = 10;

  /** The most addresses taken of a peer. */
  public static final int ADDRESSES_MAX = 64;

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** How long after no valid answer a peer is asked again. */
  private static final Duration AGAIN = Duration.ofSeconds(10);

  private final Host host;
  private final KeyPair keyPair;
  private final Signatures signatures;
  private final String agentVersion;
  private final Supplier<List<ProtocolId>> protocols;
  private final RecordNumbers numbers;

  /** A push may cost a signature to verify; as many of them are taken as of pings. */
  private final PingLimits pushLimits = new PingLimits();

  /**
   * A peer has one thing to ask, and an answer is much longer than a question. Each connection
   * gives one back, as whoever has dialled may ask; it has cost the peer a handshake.
   */
  private final PingLimits answerLimits = new PingLimits();

  private final RecordOrder records = new RecordOrder();
  private final ObservedAddresses observed = new ObservedAddresses();
  private final IdentifyPush push;
  private volatile Consumer<PeerId> onTold = peer -> {};
  private volatile @Nullable IdentifyMessage told;

  /**
   * Creates the service; {@link #serve} makes it answer.
   *
   * @param protocols what the host serves now; called on any thread
   * @param numbers of our peer records
   */
  public Identify(
      Host host,
      KeyPair keyPair,
      Signatures signatures,
      String agentVersion,
      Supplier<List<ProtocolId>> protocols,
      RecordNumbers numbers) {
    this.host = host;
    this.keyPair = keyPair;
    this.signatures = signatures;
    this.agentVersion = agentVersion;
    this.protocols = protocols;
    this.numbers = numbers;
    this.push = new IdentifyPush(host, this::message, this::tell);
  }

  /**
   * Answers peers that ask, and takes what they push.
   *
   * @param listener told, on the host's loop, of each peer that has told what it speaks after
   *     {@link #identify}, and again when it pushes that it speaks something else
   */
  public void serve(Consumer<PeerId> listener) {
    onTold = listener;
    host.handle(PROTOCOL, this::answer);
    host.handle(PUSH, this::take);
  }

  /**
   * Takes note that addresses or protocols of the host may have changed: connected peers are told
   * within about a second, and once of several changes.
   */
  public void changed() {
    push.changed();
  }

  /**
   * Returns where peers see this host, when enough of them that are far apart agree; in order of
   * their bytes. That it is seen there does not mean that it can be dialled there.
   *
   * <p>Observers of at least 4 groups of IP addresses (/16, /48) have said each in the last half
   * hour. An address in private networks is one that 4 peers in private networks see.
   */
  public List<Multiaddr> observedAddresses() {
    return observed.believed(host.loop().nowNanos());
  }

  /**
   * Asks as {@link #ask} does, and once more some seconds later when there was no valid answer and
   * the peer is still connected. The listener of {@link #serve} is told of an answer.
   *
   * <p>Call it once for each new connection, before the peer's first stream: it lets the peer ask
   * once, too, however fast it dials again.
   */
  public void identify(Connection connection) {
    answerLimits.giveBack(connection.remotePeer());
    ask(connection)
        .whenComplete(
            (info, failure) -> {
              if (failure == null) {
                onTold.accept(connection.remotePeer());
              } else if (!(failure instanceof ProtocolNotSupported)) {
                host.loop().execute(() -> askAgain(connection));
              }
            });
  }

  private void askAgain(Connection connection) {
    PeerId peer = connection.remotePeer();
    Loop loop = host.loop();
    if (!host.isConnected(peer)) {
      return;
    }
    loop.arm(
        loop.nowNanos() + AGAIN.toNanos(),
        () -> {
          if (host.isConnected(peer)) {
            ask(connection)
                .whenComplete(
                    (info, failure) -> {
                      if (failure == null) {
                        onTold.accept(peer);
                      }
                    });
          }
        });
  }

  /**
   * Asks the peer of a connection and puts what it tells of itself into the host's peerstore.
   *
   * <p>A key that is not the connection's closes the connection.
   *
   * @return completes on the host's loop with the addresses it told; {@code MeshException} when
   *     there is no valid answer within 10 s
   */
  public CompletableFuture<PeerInfo> ask(Connection connection) {
    IdentifyReader reader =
        IdentifyReader.ofAnswer(host, connection, signatures, records, observed);
    FrameChannel<IdentifyMessage> channel =
        new FrameChannel<>(host.loop(), IdentifyCodec.INSTANCE, MESSAGE_BYTES_MAX, reader);
    reader.begin(channel, TIMEOUT);
    connection
        .open(PROTOCOL, channel)
        .whenComplete(
            (stream, failure) -> {
              if (stream == null) {
                reader.fail(
                    failure == null
                        ? new StreamBroken(connection.remotePeer(), ResetReason.CONNECTION_CLOSED)
                        : failure);
              } else {
                channel.bind(stream);
                stream.closeWrite();
              }
            });
    return reader.told();
  }

  private StreamListener take(Stream stream) {
    PeerId peer = stream.connection().remotePeer();
    if (!isWithin(pushLimits, stream)) {
      return Deaf.INSTANCE;
    }
    IdentifyReader reader =
        IdentifyReader.ofPush(host, stream.connection(), signatures, records, observed);
    reader
        .told()
        .whenComplete(
            (info, failure) -> {
              if (failure == null && reader.saysNewProtocols()) {
                onTold.accept(peer);
              }
            });
    FrameChannel<IdentifyMessage> channel =
        new FrameChannel<>(host.loop(), IdentifyCodec.INSTANCE, MESSAGE_BYTES_MAX, reader)
            .bind(stream);
    reader.begin(channel, TIMEOUT);
    stream.closeWrite();
    return channel;
  }

  private StreamListener answer(Stream stream) {
    if (!isWithin(answerLimits, stream)) {
      return Deaf.INSTANCE;
    }
    ToldStream listener = new ToldStream();
    tell(stream);
    listener.begin(stream);
    return listener;
  }

  private static boolean isWithin(PingLimits limits, Stream stream) {
    Connection connection = stream.connection();
    boolean within = limits.pinged(connection.remotePeer(), connection.loop().nowNanos());
    if (!within) {
      stream.reset();
      connection.misbehaved(Rule.IDENTIFY_FLOOD, Rule.Reaction.RESET);
    }
    return within;
  }

  private void tell(Stream stream) {
    Bytes seenAt = stream.connection().remoteAddress().withoutPeerId().bytes();
    stream.writeFrame(message().withObserved(seenAt), IdentifyCodec.INSTANCE);
    stream.closeWrite();
  }

  /** Hears nobody: for streams that were reset. */
  private enum Deaf implements StreamListener {
    INSTANCE;

    @Override
    public void onData(Stream from, ByteBuffer data) {
      // Nothing comes on a stream that was reset.
    }

    @Override
    public void onRemoteClose(Stream from) {
      // As above.
    }

    @Override
    public void onReset(Stream from, ResetReason reason) {
      // As above.
    }
  }

  /** Makes and signs the message again only when something in it has changed. */
  private IdentifyMessage message() {
    List<Multiaddr> addresses = host.addresses();
    List<ProtocolId> spoken = protocols.get();
    IdentifyMessage present = told;
    if (present == null
        || !present.addresses().equals(addresses)
        || !present.protocols().equals(spoken)) {
      present = made(addresses, spoken, present);
      told = present;
    }
    return present;
  }

  private IdentifyMessage made(
      List<Multiaddr> all, List<ProtocolId> spoken, @Nullable IdentifyMessage former) {
    List<Multiaddr> addresses = all.subList(0, Math.min(all.size(), PeerInfo.ADDRESSES_MAX));
    SignedRecord record;
    if (addresses.isEmpty()) {
      record = SignedRecord.NONE;
    } else if (former != null && former.addresses().equals(addresses)) {
      record = former.signedPeerRecord();
    } else {
      record =
          new SignedRecord(PeerRecord.seal(keyPair, signatures, numbers.next(), addresses).bytes());
    }
    Bytes key = Bytes.of(keyPair.publicKey().encode());
    IdentifyMessage bare =
        new IdentifyMessage(key, addresses, Bytes.EMPTY, List.of(), agentVersion, record);
    // What the peer's address takes is not known here, but bounded.
    int room = MESSAGE_BYTES_MAX - IdentifyCodec.INSTANCE.encodedBytes(bare) - Multiaddr.BYTES_MAX;
    List<ProtocolId> fitting = new ArrayList<>();
    for (ProtocolId protocol : spoken) {
      room -= protocol.value().length() + 3;
      if (room >= 0) {
        fitting.add(protocol);
      }
    }
    return new IdentifyMessage(key, addresses, Bytes.EMPTY, fitting, agentVersion, record);
  }
}
