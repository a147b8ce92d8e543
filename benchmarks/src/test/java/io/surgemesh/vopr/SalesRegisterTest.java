package io.surgemesh.vopr;

import static io.surgemesh.vopr.Fakes.BUYER;
import static io.surgemesh.vopr.Fakes.SELLER;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.SignedEnvelope;
import io.surgemesh.market.Agreement;
import io.surgemesh.multiformats.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SalesRegisterTest {
  private final List<Agreement> sold = new ArrayList<>();
  private final SalesRegister register = new SalesRegister(Fakes.SIGNATURES, sold::add);
  private final Agreement agreement = Fakes.agreement(1).agreement();

  @Test
  void anAgreementIsSoldWhenItsProviderSignsIt() {
    Bytes signature = agreement.sign(Fakes.keyOf(SELLER), register);
    assertThat(sold).containsExactly(agreement);
    assertThat(agreement.verifyProvider(Fakes.SIGNATURES, signature)).isTrue();
    assertThat(agreement.verifyProvider(register, signature)).isTrue();
  }

  @Test
  void whatItsBuyerSignsIsNotSoldYet() {
    agreement.sign(Fakes.keyOf(BUYER), register);
    assertThat(sold).isEmpty();
  }

  @Test
  void whateverElseIsSignedIsPassedOver() {
    Fakes.claim(Fakes.agreement(1), 1, true).receipt().sign(Fakes.keyOf(SELLER), register);
    byte[] type = "/surgemesh/agreement".getBytes(StandardCharsets.UTF_8);
    for (int bytes : new int[] {0, 1, 300}) {
      byte[] garbage = new byte[bytes];
      register.sign(
          Fakes.keyOf(SELLER), SignedEnvelope.signingBytes("surgemesh-agreement", type, garbage));
    }
    register.sign(Fakes.keyOf(SELLER), new byte[0]);
    assertThat(sold).isEmpty();
  }
}
