package io.surgemesh.multiformats;

/** Text that says in its first character how it encodes bytes; base32 and base58btc only. */
public final class Multibase {
  private Multibase() {}

  /** Returns {@code content} in lower-case base32 behind the prefix {@code b}. */
  public static String encodeBase32(byte[] content) {
    return "b" + Base32.encode(content);
  }

  /**
   * Returns the bytes that {@code text} stands for.
   *
   * @param text begins with {@code b} (base32) or {@code z} (base58btc)
   * @throws MalformedMessageException when it is empty, names another base, or is not in its base
   */
  public static byte[] decode(String text) throws MalformedMessageException {
    if (text.startsWith("b")) {
      return Base32.decode(text.substring(1));
    }
    if (text.startsWith("z")) {
      return Base58.decode(text.substring(1));
    }
    throw new MalformedMessageException("multibase prefix is not b or z");
  }
}
