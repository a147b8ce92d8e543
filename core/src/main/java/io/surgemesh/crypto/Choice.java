package io.surgemesh.crypto;

import java.security.GeneralSecurityException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out which primitives this process uses. */
final class Choice {
  /** Says {@code false} where native code is not wanted. */
  static final String PROPERTY = "io.surgemesh.nativeCrypto";

  private static final Logger LOG = LoggerFactory.getLogger(Choice.class);
  private static final String CONSCRYPT = "org.conscrypt.Conscrypt";

  /** Loads native primitives. */
  @FunctionalInterface
  interface Loading {
    /** Returns them; throws a linkage error where the native code does not load. */
    Primitives load() throws GeneralSecurityException;
  }

  /** Loaded when first asked for, and then once. */
  private static final class Native {
    static final Optional<Primitives> LOADED =
        isPresent() ? loaded(BoringSslPrimitives::load) : Optional.empty();
  }

  private static final class Fastest {
    static final Primitives CHOSEN = chosen(System.getProperty(PROPERTY, ""));
  }

  private Choice() {}

  static Primitives fastest() {
    return Fastest.CHOSEN;
  }

  static Optional<Primitives> boringSsl() {
    return Native.LOADED;
  }

  /** Asks for nothing native when the property turns it off. */
  static Primitives chosen(String property) {
    return property.equalsIgnoreCase("false")
        ? JavaPrimitives.INSTANCE
        : boringSsl().orElse(JavaPrimitives.INSTANCE);
  }

  private static boolean isPresent() {
    try {
      Class.forName(CONSCRYPT, false, Choice.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError absent) {
      return false;
    }
  }

  /** Returns nothing, and says why in one line, when they do not load or answer wrongly. */
  static Optional<Primitives> loaded(Loading loading) {
    try {
      return Optional.of(loading.load());
    } catch (LinkageError | GeneralSecurityException | RuntimeException broken) {
      LOG.warn(
          "Conscrypt is there and cannot be used; pure Java is instead: {}",
          String.valueOf(broken));
      return Optional.empty();
    }
  }
}
