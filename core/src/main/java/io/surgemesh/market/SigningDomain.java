package io.surgemesh.market;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.KeyType;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.PublicKey;
import io.surgemesh.identity.Signatures;
import io.surgemesh.identity.SignedEnvelope;
import io.surgemesh.multiformats.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The kinds of bodies that two peers sign without an envelope around them. */
enum SigningDomain {
  AGREEMENT("agreement"),
  RECEIPT("receipt");

  /** The length of an Ed25519 signature; a longer one could be valid and still another string. */
  static final int SIGNATURE_BYTES = 64;

  private final String domain;
  private final String payloadType;

  SigningDomain(String name) {
    this.domain = "surgemesh-" + name;
    this.payloadType = "/surgemesh/" + name;
  }

  Bytes sign(Bytes body, KeyPair keyPair, Signatures signatures) {
    return Bytes.of(signatures.sign(keyPair, signingBytes(body)));
  }

  /** Returns whether the signature is that of {@code signer}, whose key is in its id. */
  boolean verify(PeerId signer, Bytes body, Bytes signature, Signatures signatures) {
    Optional<PublicKey> key = keyOf(signer);
    return key.isPresent()
        && signature.size() == SIGNATURE_BYTES
        && signatures.verify(key.get(), signingBytes(body), signature.toByteArray());
  }

  /**
   * Returns the key with which a peer signs in the market: Ed25519, which everybody judges alike
   * and of whose signatures none but the owner can make a second one.
   */
  static Optional<PublicKey> keyOf(PeerId peer) {
    return peer.publicKey().filter(key -> key.type() == KeyType.ED25519);
  }

  private byte[] signingBytes(Bytes body) {
    return SignedEnvelope.signingBytes(
        domain, payloadType.getBytes(StandardCharsets.UTF_8), body.toByteArray());
  }
}
