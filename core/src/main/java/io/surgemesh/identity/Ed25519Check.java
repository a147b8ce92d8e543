package io.surgemesh.identity;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Ed25519 of RFC 8032, checked times the cofactor. */
record Ed25519Check(Ed25519.PublicPoint point) implements SignatureCheck {
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
    return new Ed25519Check(point);
  }

  @Override
  public boolean holds(byte[] message, byte[] signature) {
    return canHaveBytes(signature.length)
        && Ed25519.verify(signature, 0, point, message, 0, message.length);
  }

  @Override
  public boolean canHaveBytes(int signatureBytes) {
    return signatureBytes == SIGNATURE_BYTES;
  }
}
