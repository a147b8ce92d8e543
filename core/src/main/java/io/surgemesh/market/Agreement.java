package io.surgemesh.market;

import com.google.protobuf.ByteString;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.Signatures;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.ProtobufScan;
import io.surgemesh.wire.ScanLimits;
import io.surgemesh.wire.pb.AgreementBody;
import java.time.Duration;
import java.util.Optional;

/**
 * What two peers agree for one job, as the exact bytes both sign.
 *
 * <p>Self-contained: whoever has these bytes and the two signatures can verify them with nothing
 * else, since each party's key is in its id. Immutable; equal when the bytes are.
 */
public final class Agreement {
  /** The longest body accepted, in bytes. */
  public static final int BYTES_MAX = 1024;

  /** The length of the requestor's nonce, in bytes. */
  public static final int NONCE_BYTES = 16;

  private static final int VERSION = 1;
  private static final Duration COMMIT_WITHIN_MIN = Duration.ofMillis(1);
  private static final Duration COMMIT_WITHIN_MAX = Duration.ofMinutes(1);
  private static final ScanLimits LIMITS = new ScanLimits(BYTES_MAX, 64, 4);

  private final Bytes body;
  private final Bytes id;
  private final MeshName meshName;
  private final PeerId requestor;
  private final PeerId provider;
  private final Terms terms;
  private final AgreementBody fields;

  private Agreement(
      AgreementBody fields, Bytes body, PeerId requestor, PeerId provider, Terms terms) {
    Ranges.require(fields.getVersion() == VERSION, "agreement of another version than 1");
    Ranges.require(fields.getNonce().size() == NONCE_BYTES, "a nonce has 16 bytes");
    Ranges.require(fields.getOfferHash().size() == Decoding.HASH_BYTES, "no offer hash");
    Ranges.require(fields.getJobSpecHash().size() == Decoding.HASH_BYTES, "no task hash");
    int predecessor = fields.getPredecessor().size();
    Ranges.require(predecessor == 0 || predecessor == Decoding.HASH_BYTES, "no agreement id");
    Ranges.require(canSign(requestor) && canSign(provider), "a party has no Ed25519 key");
    Ranges.require(!requestor.equals(provider), "one peer is both parties");
    Spans.millis(
        Spans.ofUnsignedMillis(fields.getCommitWithinMillis()),
        COMMIT_WITHIN_MIN,
        COMMIT_WITHIN_MAX,
        "commitWithin");
    this.fields = fields;
    this.body = body;
    this.id = Decoding.sha256(body.toByteArray());
    this.meshName = new MeshName(fields.getMeshName());
    this.requestor = requestor;
    this.provider = provider;
    this.terms = terms;
  }

  /**
   * Returns an agreement that takes over from none, for both to sign.
   *
   * @param nonce {@value #NONCE_BYTES} random bytes of the requestor
   * @param offerHash of the offer's envelope as received; see {@link SignedOffer#hash}
   * @param taskHash see {@link Task#hash}
   * @param commitWithin how long the requestor waits for the Commit; 1 ms to 1 min
   * @throws IllegalArgumentException naming the value out of range
   */
  public static Agreement draft(
      MeshName meshName,
      PeerId requestor,
      PeerId provider,
      Bytes nonce,
      Bytes offerHash,
      Bytes taskHash,
      Terms terms,
      Duration commitWithin) {
    Duration within =
        Spans.millis(commitWithin, COMMIT_WITHIN_MIN, COMMIT_WITHIN_MAX, "commitWithin");
    AgreementBody fields =
        AgreementBody.newBuilder()
            .setVersion(VERSION)
            .setMeshName(meshName.value())
            .setRequestor(ByteString.copyFrom(requestor.encode()))
            .setProvider(ByteString.copyFrom(provider.encode()))
            .setNonce(ByteString.copyFrom(nonce.toByteArray()))
            .setOfferHash(ByteString.copyFrom(offerHash.toByteArray()))
            .setJobSpecHash(ByteString.copyFrom(taskHash.toByteArray()))
            .setTerms(terms.toMessage())
            .setCommitWithinMillis((int) within.toMillis())
            .build();
    return new Agreement(fields, Bytes.of(fields.toByteArray()), requestor, provider, terms);
  }

  /**
   * Reads a body as received.
   *
   * @throws MalformedMessageException when it is malformed, longer than {@value #BYTES_MAX} bytes,
   *     of another version, or a value is out of range
   */
  public static Agreement decode(byte[] body) throws MalformedMessageException {
    AgreementBody fields = ProtobufScan.parse(AgreementBody.getDefaultInstance(), body, LIMITS);
    Decoding.require(fields.hasTerms(), "agreement without terms");
    PeerId requestor = PeerId.decode(fields.getRequestor().toByteArray());
    PeerId provider = PeerId.decode(fields.getProvider().toByteArray());
    Terms terms = Terms.fromMessage(fields.getTerms());
    return Decoding.value(() -> new Agreement(fields, Bytes.of(body), requestor, provider, terms));
  }

  /**
   * Returns whether a peer can be party to an agreement: its id holds an Ed25519 key. Peers with
   * keys of other types may connect, route and gossip, but not trade.
   */
  public static boolean canSign(PeerId peer) {
    return SigningDomain.keyOf(peer).isPresent();
  }

  /** Returns this side's signature over the body, 64 bytes; slow. */
  public Bytes sign(KeyPair keyPair, Signatures signatures) {
    return SigningDomain.AGREEMENT.sign(body, keyPair, signatures);
  }

  /** Returns whether the requestor signed this body; slow. */
  public boolean verifyRequestor(Signatures signatures, Bytes signature) {
    return SigningDomain.AGREEMENT.verify(requestor, body, signature, signatures);
  }

  /** Returns whether the provider signed this body; slow. */
  public boolean verifyProvider(Signatures signatures, Bytes signature) {
    return SigningDomain.AGREEMENT.verify(provider, body, signature, signatures);
  }

  /** Returns the SHA-256 of the body. */
  public Bytes id() {
    return id;
  }

  /** Returns the mesh in which it is made. */
  public MeshName meshName() {
    return meshName;
  }

  /** Returns who wants the job done. */
  public PeerId requestor() {
    return requestor;
  }

  /** Returns who does it. */
  public PeerId provider() {
    return provider;
  }

  /** Returns the requestor's random bytes. */
  public Bytes nonce() {
    return Bytes.of(fields.getNonce().toByteArray());
  }

  /** Returns the hash of the offer it stands on. */
  public Bytes offerHash() {
    return Bytes.of(fields.getOfferHash().toByteArray());
  }

  /** Returns the hash of the task. */
  public Bytes taskHash() {
    return Bytes.of(fields.getJobSpecHash().toByteArray());
  }

  /** Returns what was agreed. */
  public Terms terms() {
    return terms;
  }

  /** Returns how long the requestor waits for the Commit. */
  public Duration commitWithin() {
    return Spans.ofUnsignedMillis(fields.getCommitWithinMillis());
  }

  /** Returns the id of the agreement this one takes over from. */
  public Optional<Bytes> predecessor() {
    return Optional.of(Bytes.of(fields.getPredecessor().toByteArray()))
        .filter(predecessorId -> !predecessorId.isEmpty());
  }

  /** Returns the body's bytes, exactly as drafted or received. */
  public byte[] encode() {
    return body.toByteArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Agreement agreement && body.equals(agreement.body);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return "Agreement[" + id.toHex() + "]";
  }
}
