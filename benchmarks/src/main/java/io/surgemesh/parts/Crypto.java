package io.surgemesh.parts;

import io.surgemesh.crypto.Primitives;

/** Whose arithmetic is measured. */
public enum Crypto {
  /** Pure Java. */
  JAVA,
  /** BoringSSL, but where pure Java is as fast. */
  NATIVE;

  Primitives primitives() {
    return this == JAVA
        ? Primitives.java()
        : Primitives.boringSsl().orElseThrow(() -> new IllegalStateException("no Conscrypt"));
  }
}
