package io.surgemesh.crypto;

import java.security.spec.EncodedKeySpec;

/** The bytes of a key and nothing around them, which Conscrypt reads without any ASN.1. */
final class RawKeySpec extends EncodedKeySpec {
  private final byte[] key;

  /**
   * Creates it.
   *
   * @param key not copied: it may not change as long as what is made of this lives
   */
  RawKeySpec(byte[] key) {
    super(new byte[0]);
    this.key = key;
  }

  @Override
  public byte[] getEncoded() {
    return key;
  }

  @Override
  public String getFormat() {
    return "raw";
  }
}
