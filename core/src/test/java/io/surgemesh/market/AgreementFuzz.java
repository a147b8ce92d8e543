package io.surgemesh.market;

import io.surgemesh.multiformats.MalformedMessageException;
import java.util.Arrays;

/** Reads the bytes of an agreement, which both sides sign, and of its terms and its task. */
public final class AgreementFuzz {
  private AgreementFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      Agreement agreement = Agreement.decode(data);
      if (!Arrays.equals(agreement.encode(), data) || agreement.id().isEmpty()) {
        throw new AssertionError("other bytes than those that were signed");
      }
    } catch (MalformedMessageException refused) {
      // Refusing is all that a decoder may do.
    }
    try {
      if (!Arrays.equals(Task.decode(data).encode(), data)) {
        throw new AssertionError("other bytes than those that were hashed");
      }
    } catch (MalformedMessageException refused) {
      // As above.
    }
    terms(data);
  }

  private static void terms(byte[] data) {
    Terms terms;
    try {
      terms = Terms.decode(data);
    } catch (MalformedMessageException refused) {
      return;
    }
    try {
      if (!Terms.decode(terms.encode()).equals(terms)) {
        throw new AssertionError("read back as others");
      }
    } catch (MalformedMessageException unreadable) {
      throw new AssertionError("not read back", unreadable);
    }
  }
}
