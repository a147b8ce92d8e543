package io.surgemesh.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.pb.ReceiptBody;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ReceiptTest {
  private final Trades trades = new Trades(5);

  @Test
  void everyReceiptIsReadBackAsItWasMade() throws MalformedMessageException {
    for (int round = 0; round < 200; round++) {
      long number = 1 + trades.random.nextLong(1L << 40);
      Usage usage = Trades.usage(trades.random.nextLong(1000));
      Amount amount = trades.amount(trades.random.nextInt(257));
      Bytes digest = trades.bytes(32);
      Receipt receipt =
          round % 2 == 0
              ? Receipt.interim(trades.bytes(32), number, usage, amount)
              : Receipt.last(trades.bytes(32), number, usage, amount, digest, 9);
      Receipt decoded = Receipt.decode(receipt.encode());
      assertThat(decoded).isEqualTo(receipt).hasSameHashCodeAs(receipt);
      assertThat(decoded.hash()).isEqualTo(receipt.hash());
      assertThat(decoded.agreementId()).isEqualTo(receipt.agreementId());
      assertThat(decoded.number()).isEqualTo(number);
      assertThat(decoded.usage()).isEqualTo(usage);
      assertThat(decoded.amount()).isEqualTo(amount);
      assertThat(decoded.isFinal()).isEqualTo(round % 2 != 0);
      assertThat(decoded.outputSha256().isPresent()).isEqualTo(round % 2 != 0);
      assertThat(decoded.outputBytes()).isEqualTo(round % 2 == 0 ? 0 : 9);
    }
  }

  @Test
  void noByteOfBodyOrSignaturesCanBeChangedUnnoticed() {
    SettledReceipt settled = trades.settled(trades.claim(trades.signedAgreement(), 3, true));
    assertThat(settled.verify(Trades.SIGNATURES)).isTrue();
    Bytes provider = settled.claim().providerSignature();
    Bytes requestor = settled.requestorSignature();
    byte[] body = settled.receipt().encode();
    SignedAgreement agreement = settled.agreement();
    assertThat(Damage.unnoticed(body, b -> holds(agreement, b, provider, requestor))).isEmpty();
    assertThat(
            Damage.unnoticed(
                provider.toByteArray(), s -> holds(agreement, body, Bytes.of(s), requestor)))
        .isEmpty();
    assertThat(
            Damage.unnoticed(
                requestor.toByteArray(), s -> holds(agreement, body, provider, Bytes.of(s))))
        .isEmpty();
  }

  private static boolean holds(
      SignedAgreement agreement, byte[] body, Bytes provider, Bytes requestor) {
    try {
      return new Claim(agreement, Receipt.decode(body), provider)
          .settle(requestor)
          .verify(Trades.SIGNATURES);
    } catch (MalformedMessageException malformed) {
      return false;
    }
  }

  @Test
  void aReceiptOfAnotherAgreementDoesNotHold() {
    SignedAgreement one = trades.signedAgreement();
    SignedAgreement other = trades.signedAgreement();
    Receipt receipt = Trades.receipt(other.agreement(), 1, false);
    assertThat(trades.claim(one, receipt).verify(Trades.SIGNATURES)).isFalse();
    assertThat(trades.claim(other, receipt).verify(Trades.SIGNATURES)).isTrue();
  }

  @Test
  void aReceiptAboveTheCapDoesNotHold() {
    SignedAgreement agreement = trades.signedAgreement();
    Amount above = agreement.agreement().terms().amountMax().plus(Amount.of(1)).orElseThrow();
    Receipt receipt = Receipt.interim(agreement.agreement().id(), 1, Usage.NONE, above);
    assertThat(trades.claim(agreement, receipt).verify(Trades.SIGNATURES)).isFalse();
  }

  @Test
  void badBodiesAreRefused() throws Exception {
    Receipt interim = Receipt.interim(trades.bytes(32), 1, Trades.usage(1), Amount.of(5));
    ReceiptBody good = ReceiptBody.parseFrom(interim.encode());
    for (Map.Entry<String, Consumer<ReceiptBody.Builder>> bad : badBodies().entrySet()) {
      ReceiptBody.Builder body = good.toBuilder();
      bad.getValue().accept(body);
      byte[] encoded = body.build().toByteArray();
      assertThatThrownBy(() -> Receipt.decode(encoded))
          .as(bad.getKey())
          .isInstanceOf(MalformedMessageException.class);
    }
  }

  private static Map<String, Consumer<ReceiptBody.Builder>> badBodies() {
    ByteString digest = ByteString.copyFrom(new byte[32]);
    Map<String, Consumer<ReceiptBody.Builder>> bad = new LinkedHashMap<>();
    bad.put("no agreement", body -> body.clearAgreementId());
    bad.put("number 0", body -> body.clearNumber());
    bad.put("number 2^64 - 1", body -> body.setNumber(-1));
    bad.put("run of 2^64 - 1 ns", body -> body.getUsageBuilder().setRunNanos(-1));
    bad.put("cpu of 2^64 - 1 ns", body -> body.getUsageBuilder().setCpuNanos(-1));
    bad.put("input of 2^64 - 1", body -> body.getUsageBuilder().setInputBytes(-1));
    bad.put("output above 2^50", body -> body.getUsageBuilder().setOutputBytes((1L << 50) + 1));
    bad.put("amount not minimal", body -> body.setAmount(ByteString.copyFrom(new byte[2])));
    bad.put("digest before the end", body -> body.setOutputSha256(digest));
    bad.put("output before the end", body -> body.setOutputBytes(1));
    bad.put("end without a digest", body -> body.setFinal(true));
    bad.put("longer than 512", body -> body.setAmount(ByteString.copyFrom(new byte[513])));
    return bad;
  }
}
