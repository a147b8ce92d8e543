package io.surgemesh.ledger;

import com.google.protobuf.ByteString;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.KeyType;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.Signatures;
import io.surgemesh.identity.SignedEnvelope;
import io.surgemesh.market.Agreement;
import io.surgemesh.market.Claim;
import io.surgemesh.market.Receipt;
import io.surgemesh.market.SettledReceipt;
import io.surgemesh.market.SignedAgreement;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multihash;
import io.surgemesh.wire.ProtobufScan;
import io.surgemesh.wire.ScanLimits;
import io.surgemesh.wire.pb.EntryBody;
import io.surgemesh.wire.pb.EntryKind;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One entry of a peer's log: a receipt with all that proves it, sealed by the log's owner.
 *
 * <p>Each entry binds the SHA-256 of the envelope before it, so a change anywhere shows. Immutable;
 * equal when the bytes are.
 */
public final class LedgerEntry {
  /** What an entry records. */
  public enum Kind {
    /** A provider's receipt, before the requestor signed it. */
    CLAIM,
    /** A receipt that both signed. */
    RECEIPT
  }

  /** The longest envelope accepted, in bytes. */
  public static final int BYTES_MAX = 4096;

  /** What the first entry binds instead of a hash: 32 zero bytes. */
  public static final Bytes NO_HASH = Bytes.of(new byte[32]);

  private static final String DOMAIN = "surgemesh-ledger-entry";
  private static final Bytes PAYLOAD_TYPE =
      Bytes.of("/surgemesh/ledger-entry".getBytes(StandardCharsets.UTF_8));
  private static final ScanLimits LIMITS = new ScanLimits(BYTES_MAX, 32, 1);

  private final SignedEnvelope envelope;
  private final Bytes hash;
  private final long index;
  private final Bytes previousHash;
  private final Kind kind;
  private final Claim claim;
  private final Bytes requestorSignature;

  private LedgerEntry(
      SignedEnvelope envelope,
      long index,
      Bytes previousHash,
      Kind kind,
      Claim claim,
      Bytes requestorSignature) {
    this.envelope = envelope;
    this.hash = Multihash.sha256(envelope.encode()).digest();
    this.index = index;
    this.previousHash = previousHash;
    this.kind = kind;
    this.claim = claim;
    this.requestorSignature = requestorSignature;
  }

  /**
   * Signs the entry of a claim; slow.
   *
   * @param index 0, 1, 2, ...
   * @param previousHash of the entry before, or {@link #NO_HASH}
   */
  public static LedgerEntry seal(
      long index, Bytes previousHash, Claim claim, KeyPair keyPair, Signatures signatures) {
    return seal(index, previousHash, Kind.CLAIM, claim, Bytes.EMPTY, keyPair, signatures);
  }

  /**
   * Signs the entry of a receipt; slow.
   *
   * @param index 0, 1, 2, ...
   * @param previousHash of the entry before, or {@link #NO_HASH}
   */
  public static LedgerEntry seal(
      long index,
      Bytes previousHash,
      SettledReceipt receipt,
      KeyPair keyPair,
      Signatures signatures) {
    Bytes signature = receipt.requestorSignature();
    return seal(index, previousHash, Kind.RECEIPT, receipt.claim(), signature, keyPair, signatures);
  }

  static LedgerEntry seal(
      long index,
      Bytes previousHash,
      Kind kind,
      Claim claim,
      Bytes requestorSignature,
      KeyPair keyPair,
      Signatures signatures) {
    SignedAgreement agreement = claim.agreement();
    EntryBody body =
        EntryBody.newBuilder()
            .setIndex(index)
            .setPreviousHash(string(previousHash))
            .setKind(kind == Kind.CLAIM ? EntryKind.ENTRY_KIND_CLAIM : EntryKind.ENTRY_KIND_RECEIPT)
            .setAgreement(ByteString.copyFrom(agreement.agreement().encode()))
            .setRequestorAgreementSignature(string(agreement.requestorSignature()))
            .setProviderAgreementSignature(string(agreement.providerSignature()))
            .setReceipt(ByteString.copyFrom(claim.receipt().encode()))
            .setProviderReceiptSignature(string(claim.providerSignature()))
            .setRequestorReceiptSignature(string(requestorSignature))
            .build();
    SignedEnvelope envelope =
        SignedEnvelope.seal(
            keyPair, signatures, DOMAIN, PAYLOAD_TYPE.toByteArray(), body.toByteArray());
    return new LedgerEntry(envelope, index, previousHash, kind, claim, requestorSignature);
  }

  /**
   * Reads an envelope; no signature is looked at yet.
   *
   * @param envelope at most {@value #BYTES_MAX} bytes, exactly as sealed
   * @throws MalformedMessageException when it is malformed or longer, holds no entry, or is sealed
   *     with another key than Ed25519
   */
  public static LedgerEntry decode(Bytes envelope) throws MalformedMessageException {
    require(envelope.size() <= BYTES_MAX, "ledger entry is too long");
    SignedEnvelope sealed = SignedEnvelope.decode(envelope.toByteArray());
    require(sealed.publicKey().type() == KeyType.ED25519, "entry is not sealed with Ed25519");
    require(sealed.isCanonical(), "envelope holds more than its signer put there");
    require(sealed.payloadType().equals(PAYLOAD_TYPE), "envelope holds no ledger entry");
    EntryBody body =
        ProtobufScan.parse(EntryBody.getDefaultInstance(), sealed.payload().toByteArray(), LIMITS);
    require(body.getIndex() >= 0, "index out of range");
    require(body.getPreviousHash().size() == NO_HASH.size(), "previous hash has another length");
    Kind kind = kind(body);
    SignedAgreement agreement =
        new SignedAgreement(
            Agreement.decode(body.getAgreement().toByteArray()),
            bytes(body.getRequestorAgreementSignature()),
            bytes(body.getProviderAgreementSignature()));
    Claim claim =
        new Claim(
            agreement,
            Receipt.decode(body.getReceipt().toByteArray()),
            bytes(body.getProviderReceiptSignature()));
    Bytes requestorSignature = bytes(body.getRequestorReceiptSignature());
    require(
        requestorSignature.isEmpty() == (kind == Kind.CLAIM),
        "a receipt, and no claim, has the requestor's signature");
    return new LedgerEntry(
        sealed, body.getIndex(), bytes(body.getPreviousHash()), kind, claim, requestorSignature);
  }

  private static Kind kind(EntryBody body) throws MalformedMessageException {
    return switch (body.getKind()) {
      case ENTRY_KIND_CLAIM -> Kind.CLAIM;
      case ENTRY_KIND_RECEIPT -> Kind.RECEIPT;
      case ENTRY_KIND_UNKNOWN, UNRECOGNIZED ->
          throw new MalformedMessageException("ledger entry of unknown kind");
    };
  }

  /** Returns whether the owner's signature over the entry holds, and no more; slow. */
  public boolean verifyOwner(Signatures signatures) {
    return envelope.verify(signatures, DOMAIN);
  }

  /** Returns the peer that sealed this entry. */
  public PeerId owner() {
    return envelope.signer();
  }

  /** Returns its place in the log: 0, 1, 2, ... */
  public long index() {
    return index;
  }

  /** Returns the hash of the entry before, or {@link #NO_HASH}. */
  public Bytes previousHash() {
    return previousHash;
  }

  /** Returns what this entry records. */
  public Kind kind() {
    return kind;
  }

  /** Returns the receipt as its provider signed it. */
  public Claim claim() {
    return claim;
  }

  Bytes requestorSignature() {
    return requestorSignature;
  }

  /** Returns the receipt as both signed it; present exactly for {@link Kind#RECEIPT}. */
  public Optional<SettledReceipt> settled() {
    return kind == Kind.RECEIPT ? Optional.of(claim.settle(requestorSignature)) : Optional.empty();
  }

  /** Returns the SHA-256 of the envelope's bytes, which the next entry binds. */
  public Bytes hash() {
    return hash;
  }

  /** Returns the envelope's bytes, exactly as sealed or read. */
  public Bytes bytes() {
    return envelope.bytes();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LedgerEntry entry && bytes().equals(entry.bytes());
  }

  @Override
  public int hashCode() {
    return hash.hashCode();
  }

  @Override
  public String toString() {
    return "LedgerEntry[#" + index + " " + kind + ", " + claim.receipt() + "]";
  }

  private static ByteString string(Bytes bytes) {
    return ByteString.copyFrom(bytes.asReadOnlyByteBuffer());
  }

  private static Bytes bytes(ByteString string) {
    return Bytes.of(string.toByteArray());
  }

  private static void require(boolean holds, String complaint) throws MalformedMessageException {
    if (!holds) {
      throw new MalformedMessageException(complaint);
    }
  }
}
