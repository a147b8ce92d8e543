package io.surgemesh.identity;

import com.google.protobuf.ByteString;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.wire.ProtobufScan;
import io.surgemesh.wire.ScanLimits;
import io.surgemesh.wire.pb.PeerRecord.AddressInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a peer says it can be reached (libp2p RFC 0003, Peer Routing Records).
 *
 * @param peerId whose addresses these are
 * @param seq grows with each record of the peer; unsigned, compare with {@link
 *     Long#compareUnsigned}
 * @param addresses at most {@value #ADDRESSES_MAX}; unmodifiable
 */
public record PeerRecord(PeerId peerId, long seq, List<Multiaddr> addresses) {
  /** The most addresses in one record. */
  public static final int ADDRESSES_MAX = 64;

  /** The longest sealed record, in bytes. */
  public static final int ENCODED_BYTES_MAX = 8 * 1024;

  /** The domain its signatures are made for. */
  public static final String DOMAIN = "libp2p-peer-record";

  /** The payload type of its envelopes. */
  public static final Bytes PAYLOAD_TYPE = Bytes.fromHex("0301");

  private static final ScanLimits LIMITS = new ScanLimits(ENCODED_BYTES_MAX, 256, 2);

  /**
   * Copies the addresses.
   *
   * @throws IllegalArgumentException when there are more than {@value #ADDRESSES_MAX}
   */
  public PeerRecord {
    addresses = List.copyOf(addresses);
    if (addresses.size() > ADDRESSES_MAX) {
      throw new IllegalArgumentException("too many addresses: " + addresses.size());
    }
  }

  /**
   * Signs a record about the owner of {@code key}.
   *
   * @param seq higher than in every record sealed before, as unsigned
   * @throws IllegalArgumentException when there are more than {@value #ADDRESSES_MAX} addresses or
   *     the result is longer than {@value #ENCODED_BYTES_MAX} bytes
   */
  public static SignedEnvelope seal(
      KeyPair key, Signatures signatures, long seq, List<Multiaddr> addresses) {
    return new PeerRecord(key.peerId(), seq, addresses).seal(key, signatures);
  }

  private SignedEnvelope seal(KeyPair key, Signatures signatures) {
    io.surgemesh.wire.pb.PeerRecord.Builder message =
        io.surgemesh.wire.pb.PeerRecord.newBuilder()
            .setPeerId(ByteString.copyFrom(peerId.encode()))
            .setSeq(seq);
    for (Multiaddr address : addresses) {
      message.addAddresses(
          AddressInfo.newBuilder().setMultiaddr(ByteString.copyFrom(address.encode())));
    }
    byte[] payload = message.build().toByteArray();
    SignedEnvelope sealed =
        SignedEnvelope.seal(key, signatures, DOMAIN, PAYLOAD_TYPE.toByteArray(), payload);
    if (sealed.bytes().size() > ENCODED_BYTES_MAX) {
      throw new IllegalArgumentException("peer record of " + sealed.bytes().size() + " bytes");
    }
    return sealed;
  }

  /**
   * Reads a record, verifying that the peer it is about has signed it.
   *
   * <p>Addresses of transports we do not know are left out. Verifies a signature: not for a
   * socket's loop.
   *
   * @throws MalformedMessageException when it is too long, not a record, has too many addresses, or
   *     is not signed by its peer
   */
  public static PeerRecord open(SignedEnvelope envelope, Signatures signatures)
      throws MalformedMessageException {
    PeerRecord record = read(envelope);
    requireSigned(envelope, signatures);
    return record;
  }

  /**
   * Returns normally when the signature of a record's envelope holds. Not for a socket's loop.
   *
   * @throws MalformedMessageException when it does not, or is for something else
   */
  public static void requireSigned(SignedEnvelope envelope, Signatures signatures)
      throws MalformedMessageException {
    envelope.requireValid(signatures, DOMAIN, PAYLOAD_TYPE);
  }

  /**
   * Reads a record as {@link #open} does, but for its signature: it may not be believed before
   * {@link #requireSigned}.
   *
   * @throws MalformedMessageException when it is too long, not a record, has too many addresses, or
   *     another peer is said to have signed it
   */
  public static PeerRecord read(SignedEnvelope envelope) throws MalformedMessageException {
    if (envelope.bytes().size() > ENCODED_BYTES_MAX) {
      throw new MalformedMessageException("peer record is too long");
    }
    io.surgemesh.wire.pb.PeerRecord message =
        ProtobufScan.parse(
            io.surgemesh.wire.pb.PeerRecord.getDefaultInstance(),
            envelope.payload().toByteArray(),
            LIMITS);
    PeerId peerId = PeerId.decode(message.getPeerId().toByteArray());
    if (!peerId.equals(envelope.signer())) {
      throw new MalformedMessageException("peer record is signed by another peer");
    }
    if (message.getAddressesCount() > ADDRESSES_MAX) {
      throw new MalformedMessageException("peer record has too many addresses");
    }
    return new PeerRecord(peerId, message.getSeq(), known(message.getAddressesList()));
  }

  private static List<Multiaddr> known(List<AddressInfo> encoded) {
    List<Multiaddr> addresses = new ArrayList<>(encoded.size());
    for (AddressInfo address : encoded) {
      try {
        addresses.add(Multiaddr.decode(address.getMultiaddr().toByteArray()));
      } catch (MalformedMessageException unknown) {
        // Peers announce transports that we do not speak; their other addresses are still good.
      }
    }
    return addresses;
  }
}
