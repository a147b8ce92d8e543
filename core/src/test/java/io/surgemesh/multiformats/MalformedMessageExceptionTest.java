package io.surgemesh.multiformats;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MalformedMessageExceptionTest {
  @Test
  void theMessageIsPrintableAndBounded() {
    assertThat(new MalformedMessageException("a\n\u001b[31m\u202eé").getMessage())
        .isEqualTo("a??[31m??");
    assertThat(new MalformedMessageException("x".repeat(10_000)).getMessage()).hasSize(200);
  }

  @Test
  void itCarriesNoStackTraceAndNothingSuppressed() {
    MalformedMessageException malformed = new MalformedMessageException("bad");
    malformed.addSuppressed(new IllegalStateException());
    assertThat(malformed.getStackTrace()).isEmpty();
    assertThat(malformed.getSuppressed()).isEmpty();
  }
}
