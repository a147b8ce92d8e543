package io.surgemesh.identity;

import io.surgemesh.crypto.Primitives;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Ed25519 of RFC 8032, checked times the cofactor. */
record Ed25519Check(Bytes raw, Ed25519.PublicPoint point) implements SignatureCheck {
  static final int SIGNATURE_BYTES = 64;

  /** Reads an encoded point, refusing those of small order. */
  static Ed25519Check of(Bytes raw) throws MalformedMessageException {
    if (raw.size() != PublicKey.ED25519_BYTES) {
      throw new MalformedMessageException("Ed25519 public key of " + raw.size() + " bytes");
    }
    Ed25519.PublicPoint point = Ed25519.validatePublicKeyPartialExport(raw.toByteArray(), 0);
    if (point == null) {
      throw new MalformedMessageException("Ed25519 public key is no usable point");
    }
    return new Ed25519Check(raw, point);
  }

  @Override
  public boolean holds(byte[] message, byte[] signature) {
    return holds(Primitives.fastest(), message, signature);
  }

  /** As the other; which primitives judge makes no difference but of time. */
  boolean holds(Primitives by, byte[] message, byte[] signature) {
    return canHaveBytes(signature.length)
        && by.ed25519Holds(raw.toByteArray(), point, message, signature);
  }

  @Override
  public boolean canHaveBytes(int signatureBytes) {
    return signatureBytes == SIGNATURE_BYTES;
  }
}
