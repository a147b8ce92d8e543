package io.surgemesh.session;

import java.security.cert.CertificateException;
import java.util.Arrays;

/** A part of a DER encoding that is read from front to back (X.690, 8.1 and 10.1). */
final class DerPart {
  private static final int LONG_FORM = 0x80;
  private static final int LENGTH_OCTETS_MAX = 2;

  private final byte[] source;
  private final int end;
  private int position;

  private DerPart(byte[] source, int position, int end) {
    this.source = source;
    this.position = position;
    this.end = end;
  }

  static DerPart of(byte[] source) {
    return new DerPart(source, 0, source.length);
  }

  /** Returns the contents of the one value that {@code outer} holds, and nothing behind it. */
  static DerPart whole(DerPart outer, int tag) throws CertificateException {
    DerPart inner = outer.next(tag);
    outer.requireEnd();
    return inner;
  }

  /** Returns the contents of the next value, which must have that tag. */
  DerPart next(int tag) throws CertificateException {
    if (octet() != tag) {
      throw malformed();
    }
    int length = length();
    if (length > end - position) {
      throw malformed();
    }
    DerPart contents = new DerPart(source, position, position + length);
    position += length;
    return contents;
  }

  void requireEnd() throws CertificateException {
    if (position != end) {
      throw malformed();
    }
  }

  /** Returns a copy of what is not read yet. */
  byte[] bytes() {
    return Arrays.copyOfRange(source, position, end);
  }

  private int octet() throws CertificateException {
    if (position == end) {
      throw malformed();
    }
    return source[position++] & 0xff;
  }

  /** Lengths have the shortest form. */
  private int length() throws CertificateException {
    int first = octet();
    if (first < LONG_FORM) {
      return first;
    }
    int octets = first - LONG_FORM;
    if (octets == 0 || octets > LENGTH_OCTETS_MAX) {
      throw malformed();
    }
    int length = 0;
    for (int i = 0; i < octets; i++) {
      length = length << 8 | octet();
    }
    if (length < LONG_FORM || (octets == LENGTH_OCTETS_MAX && length < 1 << 8)) {
      throw malformed();
    }
    return length;
  }

  private static CertificateException malformed() {
    return new CertificateException("malformed DER");
  }
}
