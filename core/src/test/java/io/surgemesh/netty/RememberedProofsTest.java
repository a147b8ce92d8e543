package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.session.ConnectionUpgrade.Verify;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RememberedProofsTest {
  private final RememberedProofs proofs = new RememberedProofs();
  private final KeyPair key = KeyPair.generate(new SecureRandom());
  private final KeyPair other = KeyPair.generate(new SecureRandom());

  private static Bytes message(int number) {
    return Bytes.of(new byte[] {1, 2, (byte) (number >>> 8), (byte) number});
  }

  private Verify signed(Bytes message) {
    return new Verify(key.publicKey(), message, Bytes.of(key.sign(message.toByteArray())));
  }

  @Test
  void whatHeldIsRemembered() {
    Verify verify = signed(message(0));
    assertThat(proofs.contains(verify)).isFalse();
    assertThat(proofs.check(verify)).isTrue();
    assertThat(proofs.contains(signed(message(0)))).isTrue();
  }

  @Test
  void anotherKeyMessageOrSignatureIsNotTheSame() {
    Verify verify = signed(message(0));
    proofs.check(verify);
    assertThat(proofs.contains(signed(message(1)))).isFalse();
    assertThat(proofs.contains(new Verify(other.publicKey(), verify.message(), verify.signature())))
        .isFalse();
    assertThat(proofs.contains(new Verify(verify.key(), message(1), verify.signature()))).isFalse();
    Bytes forged = signed(message(2)).signature();
    assertThat(proofs.contains(new Verify(verify.key(), verify.message(), forged))).isFalse();
  }

  @Test
  void whatDidNotHoldIsNotRemembered() {
    Verify forged = new Verify(other.publicKey(), message(0), signed(message(0)).signature());
    assertThat(proofs.check(forged)).isFalse();
    assertThat(proofs.contains(forged)).isFalse();
  }

  @Test
  void theBoundKeepsThoseUsedOften() {
    Verify often = signed(message(0));
    proofs.check(often);
    List<Verify> others = new ArrayList<>();
    for (int i = 1; i <= RememberedProofs.MAX + 200; i++) {
      others.add(signed(message(i)));
      proofs.check(others.get(i - 1));
      assertThat(proofs.contains(often)).isTrue();
    }
    assertThat(others.stream().filter(proofs::contains).count())
        .isBetween(RememberedProofs.MAX / 2L, RememberedProofs.MAX - 1L);
  }
}
