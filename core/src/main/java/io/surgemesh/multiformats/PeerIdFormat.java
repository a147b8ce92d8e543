package io.surgemesh.multiformats;

import java.nio.ByteBuffer;

/**
 * The forms in which the identity of a peer is written (libp2p peer-ids spec).
 *
 * <p>As bytes it is a multihash: SHA-256, or identity for keys of at most {@value
 * #IDENTITY_BYTES_MAX} bytes. As text it is that multihash in base58btc, or a CIDv1 with the codec
 * libp2p-key. This knows the form only; what the identity means is another room's concern.
 */
public final class PeerIdFormat {
  /** The longest key that an identity holds in itself, in bytes. */
  public static final int IDENTITY_BYTES_MAX = 42;

  private static final int CID_VERSION = 1;
  private static final int LIBP2P_KEY = 0x72;
  private static final int CHARACTERS_MAX = 128;

  private PeerIdFormat() {}

  /**
   * Reads either text form.
   *
   * @throws MalformedMessageException when it is neither
   */
  public static Multihash parse(String text) throws MalformedMessageException {
    if (text.length() > CHARACTERS_MAX) {
      throw new MalformedMessageException("peer id text is too long");
    }
    if (text.startsWith("1") || text.startsWith("Qm")) {
      return decode(Base58.decode(text));
    }
    byte[] cid = Multibase.decode(text);
    ByteBuffer source = ByteBuffer.wrap(cid);
    if (Varint.read(source) != CID_VERSION || Varint.read(source) != LIBP2P_KEY) {
      throw new MalformedMessageException("CID is not version 1 with codec libp2p-key");
    }
    return decode(Bytes.of(cid, source.position(), source.remaining()).unwrap());
  }

  /**
   * Reads the bytes form.
   *
   * @throws MalformedMessageException when it is no multihash, or one that is not allowed here
   */
  public static Multihash decode(byte[] encoded) throws MalformedMessageException {
    Multihash multihash = Multihash.decode(encoded);
    int length = multihash.digest().size();
    boolean hashed = multihash.code() == Multihash.SHA2_256;
    boolean inlined =
        multihash.code() == Multihash.IDENTITY && length > 0 && length <= IDENTITY_BYTES_MAX;
    if (!hashed && !inlined) {
      throw new MalformedMessageException("multihash is not one of a peer id");
    }
    return multihash;
  }

  /** Returns the base58btc text form. */
  public static String toBase58(Multihash multihash) {
    return Base58.encode(multihash.encode());
  }

  /** Returns the text form of a CIDv1 with the codec libp2p-key, in base32. */
  public static String toCid(Multihash multihash) {
    byte[] encoded = multihash.encode();
    ByteBuffer cid = ByteBuffer.allocate(2 + encoded.length);
    cid.put((byte) CID_VERSION).put((byte) LIBP2P_KEY).put(encoded);
    return Multibase.encodeBase32(cid.array());
  }
}
