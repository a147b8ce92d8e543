package io.surgemesh.identity;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.util.List;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;

/** A curve of ECDSA keys. Immutable. */
final class EcCurve {
  static final EcCurve SECP256K1 = new EcCurve("secp256k1", "06052b8104000a");

  /** The curves of keys that say which one theirs is: those of go-libp2p, all of NIST. */
  private static final List<EcCurve> NAMED =
      List.of(
          new EcCurve("secp224r1", "06052b81040021"),
          new EcCurve("secp256r1", "06082a8648ce3d030107"),
          new EcCurve("secp384r1", "06052b81040022"),
          new EcCurve("secp521r1", "06052b81040023"));

  /** The object identifier id-ecPublicKey; that of the curve follows. */
  private static final String EC_PUBLIC_KEY = "06072a8648ce3d0201";

  private final Bytes algorithm;
  private final ECDomainParameters domain;

  private EcCurve(String name, String identifierHex) {
    this.algorithm = Bytes.fromHex(EC_PUBLIC_KEY + identifierHex);
    this.domain = new ECDomainParameters(CustomNamedCurves.getByName(name));
  }

  /**
   * Returns the curve that an AlgorithmIdentifier names.
   *
   * <p>Never secp256k1: its keys have a type of their own, and one with two forms would have two
   * ids.
   */
  static EcCurve named(Bytes algorithm) throws MalformedMessageException {
    for (EcCurve curve : NAMED) {
      if (curve.algorithm.equals(algorithm)) {
        return curve;
      }
    }
    throw new MalformedMessageException("ECDSA public key on a curve that is not supported");
  }

  ECDomainParameters domain() {
    return domain;
  }

  /** Returns the length of a coordinate, in bytes. */
  int fieldBytes() {
    return (domain.getCurve().getFieldSize() + Byte.SIZE - 1) / Byte.SIZE;
  }

  /**
   * Reads a point (SEC 1 section 2.3.4); the caller has looked at its first byte and its length.
   *
   * @throws MalformedMessageException when it is not on the curve, or not reduced
   */
  ECPublicKeyParameters point(byte[] encoded) throws MalformedMessageException {
    try {
      return new ECPublicKeyParameters(domain.getCurve().decodePoint(encoded), domain);
    } catch (IllegalArgumentException notOnCurve) {
      throw new MalformedMessageException("key is no point of its curve");
    }
  }
}
