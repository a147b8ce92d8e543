package io.surgemesh.identity;

import io.surgemesh.multiformats.MalformedMessageException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a public key behind a byte that tells the length of a signature behind it, and verifies
 * that.
 */
public final class PublicKeyFuzz {
  private PublicKeyFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    int signatureAt = Math.max(1, data.length - (data[0] & 0xff));
    byte[] signature = Arrays.copyOfRange(data, signatureAt, data.length);
    try {
      PublicKey key = PublicKey.decode(Arrays.copyOfRange(data, 1, signatureAt));
      if (!PublicKey.decode(key.encode()).equals(key)) {
        throw new AssertionError("read back as another: " + key);
      }
      if (!key.toPeerId().publicKey().map(key::equals).orElse(true)) {
        throw new AssertionError("its id holds another key: " + key);
      }
      boolean verified = key.verify("message".getBytes(StandardCharsets.US_ASCII), signature);
      if (verified && !key.canSignIn(signature.length)) {
        throw new AssertionError("a signature of a length that cannot be");
      }
    } catch (MalformedMessageException refused) {
      // Refusing is all that a decoder may do.
    }
  }
}
