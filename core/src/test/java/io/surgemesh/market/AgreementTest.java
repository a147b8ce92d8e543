package io.surgemesh.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.surgemesh.identity.ForeignKey;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.pb.AgreementBody;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class AgreementTest {
  private final Trades trades = new Trades(4);

  @Test
  void everyAgreementIsReadBackAsItWasDrafted() throws MalformedMessageException {
    for (int round = 0; round < 100; round++) {
      Terms terms = trades.terms().withPrice(trades.price()).withAmountMax(trades.amount(256));
      Agreement agreement = trades.agreement(trades.requestor, trades.provider, terms);
      Agreement decoded = Agreement.decode(agreement.encode());
      assertThat(decoded).isEqualTo(agreement).hasSameHashCodeAs(agreement);
      assertThat(decoded.id()).isEqualTo(agreement.id());
      assertThat(decoded.terms()).isEqualTo(terms);
      assertThat(decoded.requestor()).isEqualTo(trades.requestor.peerId());
      assertThat(decoded.provider()).isEqualTo(trades.provider.peerId());
      assertThat(decoded.nonce()).isEqualTo(agreement.nonce());
      assertThat(decoded.offerHash()).isEqualTo(agreement.offerHash());
      assertThat(decoded.taskHash()).isEqualTo(agreement.taskHash());
      assertThat(decoded.commitWithin()).isEqualTo(Duration.ofSeconds(5));
      assertThat(decoded.predecessor()).isEmpty();
      assertThat(Terms.decode(terms.encode())).isEqualTo(terms);
    }
  }

  @Test
  void noByteOfBodyOrSignaturesCanBeChangedUnnoticed() {
    SignedAgreement signed = trades.signedAgreement();
    assertThat(signed.verify(Trades.SIGNATURES)).isTrue();
    Bytes requestor = signed.requestorSignature();
    Bytes provider = signed.providerSignature();
    assertThat(Damage.unnoticed(signed.agreement().encode(), b -> holds(b, requestor, provider)))
        .isEmpty();
    byte[] body = signed.agreement().encode();
    assertThat(Damage.unnoticed(requestor.toByteArray(), s -> holds(body, Bytes.of(s), provider)))
        .isEmpty();
    assertThat(Damage.unnoticed(provider.toByteArray(), s -> holds(body, requestor, Bytes.of(s))))
        .isEmpty();
  }

  private static boolean holds(byte[] body, Bytes requestor, Bytes provider) {
    try {
      return new SignedAgreement(Agreement.decode(body), requestor, provider)
          .verify(Trades.SIGNATURES);
    } catch (MalformedMessageException malformed) {
      return false;
    }
  }

  @Test
  void aSignatureOf65BytesIsNone() {
    SignedAgreement signed = trades.signedAgreement();
    byte[] longer = Arrays.copyOf(signed.requestorSignature().toByteArray(), 65);
    assertThat(signed.agreement().verifyRequestor(Trades.SIGNATURES, Bytes.of(longer))).isFalse();
    assertThat(signed.agreement().verifyRequestor(Trades.SIGNATURES, Bytes.EMPTY)).isFalse();
  }

  @Test
  void eachPartySignsForItselfOnly() {
    SignedAgreement signed = trades.signedAgreement();
    Agreement agreement = signed.agreement();
    assertThat(agreement.verifyProvider(Trades.SIGNATURES, signed.requestorSignature())).isFalse();
    assertThat(agreement.verifyRequestor(Trades.SIGNATURES, signed.providerSignature())).isFalse();
  }

  @Test
  void badBodiesAreRefused() throws Exception {
    AgreementBody good = AgreementBody.parseFrom(trades.agreement().encode());
    for (Map.Entry<String, Consumer<AgreementBody.Builder>> bad : badBodies().entrySet()) {
      AgreementBody.Builder body = good.toBuilder();
      bad.getValue().accept(body);
      byte[] encoded = body.build().toByteArray();
      assertThatThrownBy(() -> Agreement.decode(encoded))
          .as(bad.getKey())
          .isInstanceOf(MalformedMessageException.class);
    }
  }

  private static Map<String, Consumer<AgreementBody.Builder>> badBodies() {
    ByteString bytes31 = ByteString.copyFrom(new byte[31]);
    byte[] rsaId = new byte[34];
    rsaId[0] = 0x12;
    rsaId[1] = 32;
    Map<String, Consumer<AgreementBody.Builder>> bad = new LinkedHashMap<>();
    bad.put("no version", body -> body.clearVersion());
    bad.put("version 2", body -> body.setVersion(2));
    bad.put("no mesh name", body -> body.clearMeshName());
    bad.put("no requestor", body -> body.clearRequestor());
    bad.put("provider is requestor", body -> body.setProvider(body.getRequestor()));
    bad.put("id without a key in it", body -> body.setProvider(ByteString.copyFrom(rsaId)));
    bad.put("no nonce", body -> body.clearNonce());
    bad.put("nonce of 31 bytes", body -> body.setNonce(bytes31));
    bad.put("offer hash of 31 bytes", body -> body.setOfferHash(bytes31));
    bad.put("no task hash", body -> body.clearJobSpecHash());
    bad.put("no terms", body -> body.clearTerms());
    bad.put("commit within nothing", body -> body.clearCommitWithinMillis());
    bad.put("commit within an hour", body -> body.setCommitWithinMillis(3_600_000));
    bad.put("predecessor of 31 bytes", body -> body.setPredecessor(bytes31));
    bad.put("longer than 1 KiB", body -> body.setNonce(ByteString.copyFrom(new byte[1025])));
    bad.put("no price", body -> body.getTermsBuilder().clearPrice());
    bad.put("no cores", body -> body.getTermsBuilder().clearCpuMillicores());
    bad.put("no memory", body -> body.getTermsBuilder().clearMemoryBytes());
    bad.put("input of 2^64 - 1", body -> body.getTermsBuilder().setInputBytesMax(-1));
    bad.put("output above 2^50", b -> b.getTermsBuilder().setOutputBytesMax((1L << 50) + 1));
    bad.put("no run time", body -> body.getTermsBuilder().clearRunMillisMax());
    bad.put("run of 2^32 - 1 ms", body -> body.getTermsBuilder().setRunMillisMax(-1));
    bad.put("grace below 3 s", body -> body.getTermsBuilder().setGraceMillis(2_999));
    bad.put("grace above 10 min", body -> body.getTermsBuilder().setGraceMillis(600_001));
    bad.put("no interval", body -> body.getTermsBuilder().clearReceiptIntervalMillis());
    bad.put(
        "cap not minimal", b -> b.getTermsBuilder().setAmountMax(ByteString.copyFrom(new byte[1])));
    return bad;
  }

  @Test
  void thePredecessorIsReadFromTheBody() throws Exception {
    Bytes before = trades.bytes(32);
    AgreementBody body =
        AgreementBody.parseFrom(trades.agreement().encode()).toBuilder()
            .setPredecessor(ByteString.copyFrom(before.toByteArray()))
            .build();
    assertThat(Agreement.decode(body.toByteArray()).predecessor()).contains(before);
  }

  @Test
  void draftsOutOfRangeAreTheCallersFault() {
    assertThatThrownBy(() -> trades.agreement(trades.provider, trades.provider, trades.terms()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Agreement.canSign(trades.requestor.peerId())).isTrue();
  }

  @Test
  void onlyPeersWithEd25519KeysAreParties() throws Exception {
    byte[] body = trades.agreement().encode();
    for (ForeignKey key : List.of(ForeignKey.secp256k1(), ForeignKey.ecdsa("secp256r1"))) {
      PeerId peer = key.publicKey().toPeerId();
      assertThat(Agreement.canSign(peer)).isFalse();
      byte[] changed =
          AgreementBody.parseFrom(body).toBuilder()
              .setRequestor(ByteString.copyFrom(peer.encode()))
              .build()
              .toByteArray();
      assertThatThrownBy(() -> Agreement.decode(changed))
          .isInstanceOf(MalformedMessageException.class)
          .hasMessageContaining("no Ed25519 key");
    }
  }

  @Test
  void tasksAreReadBackAndBoundByTheirHash() throws MalformedMessageException {
    Task task = Task.of("java:wordcount", trades.bytes(16 * 1024), 77, trades.bytes(32), true);
    Task decoded = Task.decode(task.encode());
    assertThat(decoded).isEqualTo(task).hasSameHashCodeAs(task);
    assertThat(decoded.hash()).isEqualTo(task.hash());
    assertThat(decoded.runtime()).isEqualTo("java:wordcount");
    assertThat(decoded.arguments()).isEqualTo(task.arguments());
    assertThat(decoded.inputBytes()).isEqualTo(77);
    assertThat(decoded.inputSha256()).isEqualTo(task.inputSha256());
    assertThat(decoded.repeatable()).isTrue();
  }

  @Test
  void badTasksAreRefused() {
    Bytes digest = trades.bytes(32);
    assertThatThrownBy(() -> Task.of("java:x", trades.bytes(16 * 1024 + 1), 0, digest, true))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Task.of("wordcount", Bytes.EMPTY, 0, digest, true))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Task.of("java:x", Bytes.EMPTY, -1, digest, true))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Task.of("java:x", Bytes.EMPTY, 0, trades.bytes(31), true))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Task.decode(new byte[0]))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> Task.decode(new byte[Task.BYTES_MAX + 1]))
        .isInstanceOf(MalformedMessageException.class);
  }
}
