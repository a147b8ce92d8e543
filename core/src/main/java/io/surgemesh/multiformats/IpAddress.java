package io.surgemesh.multiformats;

import java.util.Arrays;

/**
 * IP addresses as text and bytes, without the resolver that {@code InetAddress.getByName} may ask.
 *
 * <p>Text forms: RFC 6943 section 3.1.1 strict dotted quads; RFC 4291 section 2.2, written as RFC
 * 5952 recommends.
 */
final class IpAddress {
  private static final Bytes MAPPED = Bytes.fromHex("00000000000000000000ffff");
  private static final int GROUPS = 8;

  /** Of 127.0.0.0/8, or ::1. */
  static final int LOOPBACK = 1;

  /** Of a private, shared or link-local network. */
  static final int PRIVATE = 2;

  /** 0.0.0.0 or ::, which listen everywhere and dial nowhere. */
  static final int UNSPECIFIED = 4;

  private IpAddress() {}

  /** Reads a decimal number from 0 to {@code max} without sign or leading zeros. */
  static int decimal(String text, int max) throws MalformedMessageException {
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      number = 10 * number + (c - '0');
      if (c < '0' || c > '9' || number > max || (i > 0 && text.charAt(0) == '0')) {
        throw new MalformedMessageException("not a decimal number up to " + max);
      }
    }
    if (text.isEmpty()) {
      throw new MalformedMessageException("number is missing");
    }
    return number;
  }

  static Bytes parse4(String text) throws MalformedMessageException {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      throw new MalformedMessageException("IPv4 address has not four parts");
    }
    byte[] address = new byte[4];
    for (int i = 0; i < 4; i++) {
      address[i] = (byte) decimal(parts[i], 255);
    }
    return Bytes.wrap(address);
  }

  static Bytes parse6(String text) throws MalformedMessageException {
    int gap = text.indexOf("::");
    byte[] address = new byte[2 * GROUPS];
    if (gap < 0) {
      if (groups(text, address, true) != address.length) {
        throw new MalformedMessageException("IPv6 address has not eight groups");
      }
      return Bytes.wrap(address);
    }
    byte[] tail = new byte[2 * GROUPS];
    int headBytes = groups(text.substring(0, gap), address, false);
    int tailBytes = groups(text.substring(gap + 2), tail, true);
    // The gap stands for at least one group of zeros.
    if (headBytes + tailBytes > address.length - 2) {
      throw new MalformedMessageException("IPv6 address has too many groups");
    }
    System.arraycopy(tail, 0, address, address.length - tailBytes, tailBytes);
    return Bytes.wrap(address);
  }

  /** Reads groups between single colons into {@code target} and returns how many bytes they are. */
  private static int groups(String text, byte[] target, boolean quadAllowed)
      throws MalformedMessageException {
    if (text.isEmpty()) {
      return 0;
    }
    String[] parts = text.split(":", -1);
    int size = 0;
    for (int i = 0; i < parts.length; i++) {
      boolean quad = quadAllowed && i == parts.length - 1 && parts[i].indexOf('.') >= 0;
      int bytes = quad ? 4 : 2;
      if (size + bytes > target.length) {
        throw new MalformedMessageException("IPv6 address has too many groups");
      }
      if (quad) {
        System.arraycopy(parse4(parts[i]).unwrap(), 0, target, size, bytes);
      } else {
        int group = hexadecimal(parts[i]);
        target[size] = (byte) (group >>> 8);
        target[size + 1] = (byte) group;
      }
      size += bytes;
    }
    return size;
  }

  private static int hexadecimal(String text) throws MalformedMessageException {
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0 || i == 4) {
        throw new MalformedMessageException("IPv6 group is not up to four hexadecimal digits");
      }
      number = number << 4 | digit;
    }
    if (text.isEmpty()) {
      throw new MalformedMessageException("IPv6 group is missing");
    }
    return number;
  }

  static String text4(Bytes address) {
    return quad(address, 0);
  }

  private static String quad(Bytes address, int at) {
    return (address.get(at) & 0xff)
        + "."
        + (address.get(at + 1) & 0xff)
        + "."
        + (address.get(at + 2) & 0xff)
        + "."
        + (address.get(at + 3) & 0xff);
  }

  /** Returns the two bytes at {@code at} as a number, the high one first. */
  static int group(Bytes address, int at) {
    return (address.get(at) & 0xff) << 8 | (address.get(at + 1) & 0xff);
  }

  static String text6(Bytes address) {
    if (address.startsWith(MAPPED)) {
      return "::ffff:" + quad(address, 12);
    }
    int[] groups = new int[GROUPS];
    Arrays.setAll(groups, i -> group(address, 2 * i));
    int gapStart = GROUPS;
    int gapLength = 1;
    for (int i = 0; i < GROUPS; i++) {
      int zeros = 0;
      while (i + zeros < GROUPS && groups[i + zeros] == 0) {
        zeros++;
      }
      // RFC 5952 section 4.2: the first of the longest runs, and never a single group.
      if (zeros > gapLength) {
        gapStart = i;
        gapLength = zeros;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == gapStart) {
        text.append("::");
        i += gapLength - 1;
        continue;
      }
      if (i > 0 && i != gapStart + gapLength) {
        text.append(':');
      }
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }

  /**
   * Returns what an address is, as {@link #LOOPBACK}, {@link #PRIVATE} and {@link #UNSPECIFIED}.
   *
   * @param size 4 or 16 bytes from {@code from} on; 0 for no address, which is nothing of it
   */
  static byte traits(Bytes bytes, int from, int size) {
    if (size == 0) {
      return 0;
    }
    Bytes address = bytes.slice(from, from + size);
    Bytes plain = size == 16 && address.startsWith(MAPPED) ? address.slice(12, 16) : address;
    int traits = isLoopback(plain) ? LOOPBACK : 0;
    traits |= isPrivate(plain) ? PRIVATE : 0;
    traits |= zerosUntil(plain, plain.size()) ? UNSPECIFIED : 0;
    return (byte) traits;
  }

  private static boolean isLoopback(Bytes plain) {
    return plain.size() == 4 ? plain.get(0) == 127 : zerosUntil(plain, 15) && plain.get(15) == 1;
  }

  private static boolean isPrivate(Bytes plain) {
    int first = plain.get(0) & 0xff;
    int second = plain.get(1) & 0xff;
    if (plain.size() == 16) {
      return (first & 0xfe) == 0xfc || (first == 0xfe && (second & 0xc0) == 0x80);
    }
    return first == 10
        || (first == 172 && (second & 0xf0) == 16)
        || (first == 192 && second == 168)
        || (first == 169 && second == 254)
        || (first == 100 && (second & 0xc0) == 64);
  }

  private static boolean zerosUntil(Bytes address, int end) {
    for (int i = 0; i < end; i++) {
      if (address.get(i) != 0) {
        return false;
      }
    }
    return true;
  }
}
