package io.surgemesh.identity;

import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.wire.PeerText;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says that something failed in the world: a peer, the network or the disk.
 *
 * <p>Futures complete with it. Decide by subtype and {@code reason()}, never by the message, which
 * is one line for people; text from peers in it is escaped. What peers can cause at will, {@link
 * Unreachable}, {@link ProtocolNotSupported} and {@link StreamBroken}, carries no stack trace,
 * which would show a loop and nothing of the caller. The fields do not survive serialization.
 */
public abstract sealed class MeshException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int LINE_CHARACTERS_MAX = 400;

  private final transient @Nullable PeerId peer;

  private MeshException(@Nullable PeerId peer, String line) {
    super(PeerText.escape(line, LINE_CHARACTERS_MAX));
    this.peer = peer;
  }

  // Called by the constructor of Throwable, before any field is set.
  @Override
  public synchronized Throwable fillInStackTrace() {
    boolean isPeersDoing =
        this instanceof Unreachable
            || this instanceof ProtocolNotSupported
            || this instanceof StreamBroken;
    return isPeersDoing ? this : super.fillInStackTrace();
  }

  /** Returns the peer this is about; empty when it is about none, or one not known yet. */
  public Optional<PeerId> peer() {
    return Optional.ofNullable(peer);
  }

  /** Returns the address this is about; empty when it is about none. */
  public Optional<Multiaddr> address() {
    return Optional.empty();
  }

  private static String named(@Nullable PeerId peer) {
    return peer == null ? "peer" : "peer " + peer;
  }

  /** Reads an enum constant as people would write it. */
  private static String words(Enum<?> reason) {
    return reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** No connection to a peer, or to whoever listens at an address, could be made. */
  public static final class Unreachable extends MeshException {
    private static final long serialVersionUID = 1L;

    /** Why there is no connection. */
    public enum Reason {
      /** No address of the peer is known that can be dialed. */
      NO_ADDRESS,
      /** No address accepted a connection. */
      CONNECT_FAILED,
      /** A deadline passed. */
      TIMED_OUT,
      /** Another peer answered at the address. */
      WRONG_PEER,
      /** The secure channel was not agreed. */
      HANDSHAKE_FAILED,
      /** The peer speaks none of our secure channels. */
      NO_COMMON_SECURITY,
      /** The peer is this peer itself. */
      SELF_DIAL,
      /** This host is closed or was closed meanwhile. */
      CLOSED,
      /** A limit on connections, dials or handshakes was reached. */
      LIMIT
    }

    private final transient @Nullable Multiaddr address;
    private final Unreachable.Reason reason;

    /**
     * Creates the exception.
     *
     * @param peer whom to reach; null when only an address was known
     * @param address the address tried last; null when none was
     */
    public Unreachable(
        @Nullable PeerId peer, @Nullable Multiaddr address, Unreachable.Reason reason) {
      super(peer, named(peer) + (address == null ? "" : " at " + address) + ": " + words(reason));
      this.address = address;
      this.reason = reason;
    }

    @Override
    public Optional<Multiaddr> address() {
      return Optional.ofNullable(address);
    }

    /** Returns why there is no connection. */
    public Unreachable.Reason reason() {
      return reason;
    }
  }

  /** The peer is connected but does not speak the protocol asked for. */
  public static final class ProtocolNotSupported extends MeshException {
    private static final long serialVersionUID = 1L;

    private final String protocol;

    /**
     * Creates the exception.
     *
     * @param protocol the protocol's id, or several of them
     */
    public ProtocolNotSupported(PeerId peer, String protocol) {
      super(peer, named(peer) + " does not speak " + protocol);
      this.protocol = protocol;
    }

    /** Returns the protocol asked for. */
    public String protocol() {
      return protocol;
    }
  }

  /** A stream ended before what was wanted of it was done. */
  public static final class StreamBroken extends MeshException {
    private static final long serialVersionUID = 1L;

    private final ResetReason reason;

    /** Creates the exception. */
    public StreamBroken(PeerId peer, ResetReason reason) {
      super(peer, "stream to " + named(peer) + ": " + words(reason));
      this.reason = reason;
    }

    /** Returns why the stream ended. */
    public ResetReason reason() {
      return reason;
    }
  }

  /** A resource provider will not run the job, and says why. */
  public static final class Refused extends MeshException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> reasons;

    /**
     * Creates the exception.
     *
     * @param reasons as the peer gave them; copied
     */
    public Refused(PeerId peer, List<String> reasons) {
      super(peer, named(peer) + " refused: " + String.join(", ", reasons));
      this.reasons =
          reasons.stream().map(text -> PeerText.escape(text, LINE_CHARACTERS_MAX)).toList();
    }

    /** Returns what did not fit, escaped; unmodifiable. */
    public List<String> reasons() {
      return reasons;
    }
  }

  /** No offer in the mesh matches what was asked for. */
  public static final class NoOffers extends MeshException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param why one line for people
     */
    public NoOffers(String why) {
      super(null, "no offers: " + why);
    }
  }

  /** A job was agreed and started, but there is no valid result. */
  public static final class JobFailed extends MeshException {
    private static final long serialVersionUID = 1L;

    /** Why there is no result. */
    public enum Reason {
      /** One of the two sides' users cancelled it. */
      CANCELLED,
      /** The handler of the resource provider failed. */
      HANDLER_FAILED,
      /** The time agreed or a deadline passed. */
      TIMED_OUT,
      /** The other side went away and did not come back. */
      PEER_LOST,
      /** The input has another length or digest than agreed. */
      INPUT_WRONG,
      /** The output has another length or digest than its receipt. */
      OUTPUT_WRONG,
      /** The output is longer than agreed. */
      OUTPUT_TOO_LARGE,
      /** A receipt does not hold. */
      RECEIPT_WRONG,
      /** The other side is shutting down. */
      DRAINING,
      /** The other side broke the protocol. */
      MISBEHAVED,
      /** A log could not be written. */
      LEDGER
    }

    private final JobFailed.Reason reason;

    /**
     * Creates the exception.
     *
     * @param peer the other side; null when it is not known
     * @param detail one line for people, which may come from the peer; empty when there is none
     */
    public JobFailed(@Nullable PeerId peer, JobFailed.Reason reason, String detail) {
      super(
          peer,
          "job with "
              + named(peer)
              + ": "
              + words(reason)
              + (detail.isEmpty() ? "" : ", " + detail));
      this.reason = reason;
    }

    /**
     * Creates the exception without a peer.
     *
     * @param detail as above
     */
    public JobFailed(JobFailed.Reason reason, String detail) {
      this(null, reason, detail);
    }

    /** Returns why there is no result. */
    public JobFailed.Reason reason() {
      return reason;
    }
  }

  /** Something could not be written to the disk, or read from it. */
  public static final class StorageFailed extends MeshException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Reason {
      /** Reading failed. */
      NOT_READABLE,
      /** Writing failed, other than for want of space. */
      NOT_WRITABLE,
      /** There is no space left. */
      FULL,
      /** Another process uses it. */
      LOCKED,
      /** What was read is not what was written. */
      CORRUPT
    }

    private final transient Path path;
    private final StorageFailed.Reason reason;

    /** Creates the exception. */
    public StorageFailed(Path path, StorageFailed.Reason reason) {
      super(null, path + ": " + words(reason));
      this.path = path;
      this.reason = reason;
    }

    /** Returns the file or directory. */
    public Path path() {
      return path;
    }

    /** Returns what went wrong. */
    public StorageFailed.Reason reason() {
      return reason;
    }
  }

  /** A key file exists but must not be used, or must exist and does not. */
  public static final class KeyFileRefused extends MeshException {
    private static final long serialVersionUID = 1L;

    /** Why it is refused. */
    public enum Reason {
      /** There is no such file. */
      MISSING,
      /** There is a file already, and it would have been overwritten. */
      EXISTS,
      /** It is a symbolic link. */
      SYMBOLIC_LINK,
      /** It is a directory or a device. */
      NOT_A_FILE,
      /** Others than its owner can read or write it. */
      OPEN_TO_OTHERS,
      /** The file system cannot keep it from others. */
      UNPROTECTED_FILE_SYSTEM,
      /** It does not hold an Ed25519 private key, or not all of it. */
      CORRUPT,
      /** It is encrypted, and no passphrase was given. */
      ENCRYPTED,
      /** A passphrase was given, but it is not encrypted. */
      NOT_ENCRYPTED,
      /** The passphrase is another one, or the file is damaged, which looks the same. */
      WRONG_PASSPHRASE
    }

    private final transient Path path;
    private final KeyFileRefused.Reason reason;

    /** Creates the exception. */
    public KeyFileRefused(Path path, KeyFileRefused.Reason reason) {
      super(null, "key file " + path + ": " + words(reason));
      this.path = path;
      this.reason = reason;
    }

    /** Returns the key file. */
    public Path path() {
      return path;
    }

    /** Returns why it is refused. */
    public KeyFileRefused.Reason reason() {
      return reason;
    }
  }

  /** A stored log does not verify; it is left as it is, for people to look at. */
  public static final class LedgerCorrupt extends MeshException {
    private static final long serialVersionUID = 1L;

    /** What does not hold. */
    public enum Reason {
      /** An entry cannot be read. */
      MALFORMED,
      /** An index is left out or occurs twice. */
      GAP,
      /** An entry does not bind the hash of the one before. */
      BROKEN_CHAIN,
      /** A signature does not hold, or is another peer's. */
      WRONG_SIGNATURE
    }

    private final transient Path path;
    private final long index;
    private final LedgerCorrupt.Reason reason;

    /**
     * Creates the exception.
     *
     * @param index of the first entry that does not hold
     */
    public LedgerCorrupt(Path path, long index, LedgerCorrupt.Reason reason) {
      super(null, "ledger " + path + " at entry " + index + ": " + words(reason));
      this.path = path;
      this.index = index;
      this.reason = reason;
    }

    /** Returns the ledger's file. */
    public Path path() {
      return path;
    }

    /** Returns the index of the first entry that does not hold. */
    public long index() {
      return index;
    }

    /** Returns what does not hold. */
    public LedgerCorrupt.Reason reason() {
      return reason;
    }
  }

  /** The mesh, host or service asked was closed before it was done. */
  public static final class Closed extends MeshException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception. */
    public Closed() {
      super(null, "closed");
    }
  }
}
