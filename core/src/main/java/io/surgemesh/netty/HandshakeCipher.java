package io.surgemesh.netty;

import io.surgemesh.crypto.Aead;
import io.surgemesh.crypto.Primitives;
import java.util.Arrays;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.impl.TlsAEADCipherImpl;
import org.jspecify.annotations.Nullable;

/**
 * One direction of the AES-GCM records of a handshake, in the form that BouncyCastle's TLS takes.
 *
 * <p>It makes ciphers for what follows the handshake as well, which are never used: so nothing is
 * prepared before the first record. Confined to one thread.
 */
final class HandshakeCipher implements TlsAEADCipherImpl {
  private final Primitives primitives;
  private final boolean sealing;
  private byte[] key = {};
  private byte[] nonce = {};
  private @Nullable Aead aead;

  HandshakeCipher(Primitives primitives, boolean sealing) {
    this.primitives = primitives;
    this.sealing = sealing;
  }

  @Override
  public void setKey(byte[] key, int offset, int length) {
    this.key = Arrays.copyOfRange(key, offset, offset + length);
    aead = null;
  }

  @Override
  public void init(byte[] nonce, int tagBytes) throws TlsFatalAlert {
    if (tagBytes != Aead.TAG_BYTES) {
      throw new TlsFatalAlert(AlertDescription.internal_error);
    }
    this.nonce = nonce;
  }

  @Override
  public int getOutputSize(int inputBytes) {
    return sealing ? inputBytes + Aead.TAG_BYTES : Math.max(0, inputBytes - Aead.TAG_BYTES);
  }

  @Override
  public int doFinal(
      byte[] associated, byte[] input, int offset, int length, byte[] output, int outputOffset)
      throws TlsFatalAlert {
    Aead cipher = aead;
    if (cipher == null) {
      Aead.Algorithm algorithm =
          key.length == Aead.Algorithm.AES_128_GCM.keyBytes()
              ? Aead.Algorithm.AES_128_GCM
              : Aead.Algorithm.AES_256_GCM;
      cipher = primitives.aead(algorithm, key);
      aead = cipher;
    }
    // In place, as it is asked for, so one side is copied: a few hundred bytes a record.
    byte[] source = Arrays.copyOfRange(input, offset, offset + length);
    cipher.begin(nonce, associated, 0, associated.length);
    int written =
        sealing
            ? cipher.seal(source, 0, length, new byte[0], output, outputOffset)
            : cipher.open(source, 0, length, output, outputOffset);
    if (written == Aead.FAILED) {
      throw new TlsFatalAlert(
          sealing ? AlertDescription.internal_error : AlertDescription.bad_record_mac);
    }
    return written;
  }
}
