package io.surgemesh.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;

class ChoiceTest {
  /** A provider with some algorithms, as an older Conscrypt is. */
  private static final class Lacking extends Provider {
    private static final long serialVersionUID = 1;

    Lacking(Provider whole, String lacking) {
      super("Lacking", "1", "");
      whole.forEach(
          (name, value) -> {
            if (!name.toString().contains(lacking)) {
              put(name, value);
            }
          });
    }
  }

  @Test
  void thePropertyTurnsNativeCodeOff() {
    assertThat(Choice.chosen("false")).isSameAs(Primitives.java());
    assertThat(Choice.chosen("FALSE")).isSameAs(Primitives.java());
    assertThat(Choice.chosen("")).isSameAs(Primitives.boringSsl().orElse(Primitives.java()));
    assertThat(Choice.chosen("true")).isSameAs(Choice.chosen(""));
  }

  @Test
  void theseTestsRunInPureJavaUnlessTheyAskForMore() {
    assertThat(Primitives.fastest()).isSameAs(Primitives.java());
  }

  @Test
  void nativeCodeThatDoesNotLoadIsNotUsed() {
    assertThat(
            Choice.loaded(
                () -> {
                  throw new UnsatisfiedLinkError("no code for this machine");
                }))
        .isEmpty();
    assertThat(
            Choice.loaded(
                () -> {
                  throw new ExceptionInInitializerError(new IllegalStateException("no room"));
                }))
        .isEmpty();
  }

  @Test
  void aProviderThatLacksOneAlgorithmIsNotUsed() {
    assumeTrue(Primitives.boringSsl().isPresent());
    Provider whole = Conscrypt.newProvider();
    for (String lacking : new String[] {"XDH", "EdDSA", "ChaCha20", "GCM"}) {
      Provider lesser = new Lacking(whole, lacking);
      assertThatThrownBy(() -> BoringSslPrimitives.of(lesser))
          .as(lacking)
          .isInstanceOfAny(GeneralSecurityException.class, IllegalStateException.class);
      assertThat(Choice.loaded(() -> BoringSslPrimitives.of(lesser))).isEmpty();
    }
  }

  /** The TLS of JDK 17 fails where Conscrypt is a provider before others. */
  @Test
  void conscryptIsRegisteredNowhere() {
    assumeTrue(Primitives.boringSsl().isPresent());
    assertThat(Arrays.stream(Security.getProviders()).noneMatch(Conscrypt::isConscrypt)).isTrue();
  }
}
