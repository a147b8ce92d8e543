package io.surgemesh.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecurityTest {
  @Test
  void tlsIsBetterUntilJavaHasAFastChaCha() {
    assertThat(Security.preferredBy(17)).containsExactly(Security.TLS, Security.NOISE);
    assertThat(Security.preferredBy(20)).containsExactly(Security.TLS, Security.NOISE);
    assertThat(Security.preferredBy(21)).containsExactly(Security.NOISE, Security.TLS);
    assertThat(Security.preferredBy(25)).containsExactly(Security.NOISE, Security.TLS);
  }

  @Test
  void thisJavaGetsWhatItsVersionSays() {
    assertThat(Security.preferred()).isEqualTo(Security.preferredBy(Runtime.version().feature()));
  }
}
