package io.surgemesh.identity;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multihash;
import io.surgemesh.wire.DerReader;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.function.UnaryOperator;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;

/**
 * A key as peers of other implementations have them, which signs as they do.
 *
 * @param signer returns the signature over a message
 */
public record ForeignKey(PublicKey publicKey, UnaryOperator<byte[]> signer) {
  private static final String EC_PUBLIC_KEY = "06072a8648ce3d0201";
  private static final BigInteger SECRET = new BigInteger("123456789abcdef0123456789", 16);

  /** Returns a fresh RSA key. */
  public static ForeignKey rsa(int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      java.security.KeyPair pair = generator.generateKeyPair();
      return new ForeignKey(
          PublicKey.of(KeyType.RSA, Bytes.of(pair.getPublic().getEncoded())),
          message -> {
            try {
              Signature signature = Signature.getInstance("SHA256withRSA");
              signature.initSign(pair.getPrivate());
              signature.update(message);
              return signature.sign();
            } catch (GeneralSecurityException impossible) {
              throw new AssertionError(impossible);
            }
          });
    } catch (GeneralSecurityException | MalformedMessageException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Returns an ECDSA key on a curve of NIST's. */
  public static ForeignKey ecdsa(String curve) {
    ECDomainParameters domain = domain(curve);
    byte[] point = domain.getG().multiply(SECRET).getEncoded(false);
    return new ForeignKey(
        key(KeyType.ECDSA, info(identifier(curve), point)),
        message -> {
          BigInteger[] signature = sign(domain, SECRET, message);
          return der(signature[0], signature[1]);
        });
  }

  /** Returns a key on secp256k1. */
  public static ForeignKey secp256k1() {
    return secp256k1(SECRET);
  }

  static ForeignKey secp256k1(BigInteger secret) {
    ECDomainParameters domain = domain("secp256k1");
    return new ForeignKey(
        key(KeyType.SECP256K1, domain.getG().multiply(secret).getEncoded(true)),
        message -> {
          BigInteger[] signature = sign(domain, secret, message);
          BigInteger high = domain.getN().subtract(signature[1]);
          return der(signature[0], signature[1].min(high));
        });
  }

  static ECDomainParameters domain(String curve) {
    return new ECDomainParameters(CustomNamedCurves.getByName(curve));
  }

  static BigInteger[] sign(ECDomainParameters domain, BigInteger secret, byte[] message) {
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, new ECPrivateKeyParameters(secret, domain));
    return signer.generateSignature(Multihash.sha256(message).digest().toByteArray());
  }

  static byte[] der(BigInteger r, BigInteger s) {
    return DerWriter.sequence(integer(r), integer(s));
  }

  static byte[] integer(BigInteger number) {
    return DerWriter.value(DerReader.INTEGER, number.toByteArray());
  }

  /** Returns the DER of a key on the curve with the given object identifier. */
  static byte[] info(String identifierHex, byte[] point) {
    return DerWriter.sequence(
        DerWriter.sequence(Bytes.fromHex(EC_PUBLIC_KEY + identifierHex).toByteArray()),
        DerWriter.bits(DerReader.BIT_STRING, point));
  }

  static String identifier(String curve) {
    return switch (curve) {
      case "secp224r1" -> "06052b81040021";
      case "secp256r1" -> "06082a8648ce3d030107";
      case "secp384r1" -> "06052b81040022";
      case "secp521r1" -> "06052b81040023";
      case "secp256k1" -> "06052b8104000a";
      default -> throw new IllegalArgumentException(curve);
    };
  }

  private static PublicKey key(KeyType type, byte[] raw) {
    try {
      return PublicKey.of(type, Bytes.of(raw));
    } catch (MalformedMessageException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Returns the protobuf of an envelope that this key signs. */
  public byte[] seal(String domain, Bytes payloadType, byte[] payload) {
    byte[] signed = SignedEnvelope.signingBytes(domain, payloadType.toByteArray(), payload);
    return io.surgemesh.wire.pb.Envelope.newBuilder()
        .setPublicKey(publicKey.toMessage())
        .setPayloadType(com.google.protobuf.ByteString.copyFrom(payloadType.toByteArray()))
        .setPayload(com.google.protobuf.ByteString.copyFrom(payload))
        .setSignature(com.google.protobuf.ByteString.copyFrom(signer.apply(signed)))
        .build()
        .toByteArray();
  }
}
