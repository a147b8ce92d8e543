package io.surgemesh.vopr;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PublicKey;
import io.surgemesh.identity.Signatures;
import io.surgemesh.identity.SignedEnvelope;
import io.surgemesh.market.Agreement;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Varint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The signatures of a run, which tell of every agreement at the moment its provider signs it.
 *
 * <p>No log says when something was sold: its first entry is a claim, made much later. A seller has
 * set aside what an agreement takes before it signs. Called on the thread of the network.
 */
final class SalesRegister implements Signatures {
  private static final byte[] AGREEMENT_HEAD = agreementHead();

  private final Signatures signatures;
  private final Consumer<? super Agreement> onSold;

  /**
   * Watches over what is signed.
   *
   * @param signatures which make and judge all that is signed
   * @param onSold takes an agreement that its provider signs
   */
  SalesRegister(Signatures signatures, Consumer<? super Agreement> onSold) {
    this.signatures = signatures;
    this.onSold = onSold;
  }

  /** Returns how all begins that is signed of an agreement, up to the length of its body. */
  private static byte[] agreementHead() {
    byte[] type = "/surgemesh/agreement".getBytes(StandardCharsets.UTF_8);
    byte[] whole = SignedEnvelope.signingBytes("surgemesh-agreement", type, new byte[0]);
    return Arrays.copyOf(whole, whole.length - 1);
  }

  @Override
  public byte[] sign(KeyPair key, byte[] message) {
    int head = AGREEMENT_HEAD.length;
    if (message.length > head && Arrays.equals(message, 0, head, AGREEMENT_HEAD, 0, head)) {
      tell(key, ByteBuffer.wrap(message, head, message.length - head));
    }
    return signatures.sign(key, message);
  }

  private void tell(KeyPair key, ByteBuffer signed) {
    try {
      // The body goes up to the end, so its length says nothing new.
      long unused = Varint.read(signed);
      byte[] body = new byte[signed.remaining()];
      signed.get(body);
      Agreement agreement = Agreement.decode(body);
      if (agreement.provider().equals(key.peerId())) {
        onSold.accept(agreement);
      }
    } catch (MalformedMessageException garbage) {
      // Only liars sign that.
    }
  }

  @Override
  public boolean verify(PublicKey key, byte[] message, byte[] signature) {
    return signatures.verify(key, message, signature);
  }
}
