package io.surgemesh.identity;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multihash;
import io.surgemesh.wire.DerReader;
import io.surgemesh.wire.SubjectPublicKeyInfo;
import java.math.BigInteger;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;

/** ECDSA over SHA-256 with signatures in DER (peer-ids spec, ECDSA and Secp256k1). */
record EcdsaCheck(EcCurve curve, ECPublicKeyParameters key) implements SignatureCheck {
  private static final byte UNCOMPRESSED = 4;
  private static final byte COMPRESSED_EVEN = 2;
  private static final byte COMPRESSED_ODD = 3;

  // Two tags with short lengths and one with a length of two bytes, and a sign byte per number.
  private static final int DER_OVERHEAD_BYTES_MAX = 9;

  private static final int SIGNATURE_BYTES_MIN = 8;

  /** Reads the DER of a key on one of NIST's curves, its point uncompressed as Go writes it. */
  static EcdsaCheck ofInfo(Bytes encoded) throws MalformedMessageException {
    SubjectPublicKeyInfo info = SubjectPublicKeyInfo.decode(encoded);
    EcCurve curve = EcCurve.named(info.algorithm());
    byte[] point = info.key().toByteArray();
    if (point.length != 1 + 2 * curve.fieldBytes() || point[0] != UNCOMPRESSED) {
      throw new MalformedMessageException("ECDSA public key is no uncompressed point");
    }
    return new EcdsaCheck(curve, curve.point(point));
  }

  /** Reads a compressed point of secp256k1, the one form that other libp2p write. */
  static EcdsaCheck ofSecp256k1(Bytes encoded) throws MalformedMessageException {
    EcCurve curve = EcCurve.SECP256K1;
    byte[] point = encoded.toByteArray();
    if (point.length != 1 + curve.fieldBytes()
        || (point[0] != COMPRESSED_EVEN && point[0] != COMPRESSED_ODD)) {
      throw new MalformedMessageException("secp256k1 public key is no compressed point");
    }
    return new EcdsaCheck(curve, curve.point(point));
  }

  @Override
  public boolean holds(byte[] message, byte[] signature) {
    if (!canHaveBytes(signature.length)) {
      return false;
    }
    try {
      DerReader outer = new DerReader(signature);
      DerReader pair = outer.enter(DerReader.SEQUENCE);
      outer.requireEnd();
      BigInteger r = pair.unsigned();
      BigInteger s = pair.unsigned();
      pair.requireEnd();
      return isLowEnough(s) && verifies(Multihash.sha256(message).digest().toByteArray(), r, s);
    } catch (MalformedMessageException malformed) {
      return false;
    }
  }

  @Override
  public boolean canHaveBytes(int signatureBytes) {
    return signatureBytes >= SIGNATURE_BYTES_MIN
        && signatureBytes <= 2 * curve.fieldBytes() + DER_OVERHEAD_BYTES_MAX;
  }

  /** BIP 62 keeps the lower of the two numbers that both hold, so that there is no second form. */
  private boolean isLowEnough(BigInteger s) {
    return !curve.equals(EcCurve.SECP256K1)
        || s.compareTo(curve.domain().getN().shiftRight(1)) <= 0;
  }

  private boolean verifies(byte[] digest, BigInteger r, BigInteger s) {
    ECDSASigner signer = new ECDSASigner();
    signer.init(false, key);
    return signer.verifySignature(digest, r, s);
  }
}
