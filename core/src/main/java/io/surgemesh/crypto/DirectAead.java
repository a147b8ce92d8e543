package io.surgemesh.crypto;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Provider;
import javax.crypto.Cipher;

/**
 * A cipher in native code, reached over memory outside the heap.
 *
 * <p>Handed arrays, JNI would copy each as a whole and its result back: hundreds of kilobytes for a
 * record of a few bytes somewhere in a long one. So exactly the message is copied in and out, by
 * way of two buffers that each thread has.
 */
final class DirectAead implements Aead {
  /** The longest message with its tail and tag, in bytes: a record of Noise. */
  static final int MESSAGE_BYTES_MAX = 65_535;

  private static final ThreadLocal<Room> ROOM = ThreadLocal.withInitial(Room::new);

  /** Two buffers, for Conscrypt copies what stands where its result goes. */
  private static final class Room {
    final ByteBuffer in = ByteBuffer.allocateDirect(MESSAGE_BYTES_MAX);
    final ByteBuffer out = ByteBuffer.allocateDirect(MESSAGE_BYTES_MAX);
  }

  private final JceCipher cipher;

  DirectAead(Provider provider, Algorithm algorithm, byte[] key) throws GeneralSecurityException {
    Cipher fresh = Cipher.getInstance(algorithm.transformation(), provider);
    this.cipher = new JceCipher(algorithm, fresh, key);
  }

  @Override
  public void begin(byte[] nonce, byte[] associated, int offset, int length) {
    cipher.begin(nonce, associated, offset, length);
  }

  @Override
  public int seal(
      byte[] plain, int offset, int length, byte[] tail, byte[] target, int targetOffset) {
    Room room = ROOM.get();
    room.in.clear().put(plain, offset, length).put(tail).flip();
    return crypt(Cipher.ENCRYPT_MODE, room, target, targetOffset);
  }

  @Override
  public int open(byte[] sealed, int offset, int length, byte[] target, int targetOffset) {
    Room room = ROOM.get();
    room.in.clear().put(sealed, offset, length).flip();
    return crypt(Cipher.DECRYPT_MODE, room, target, targetOffset);
  }

  private int crypt(int mode, Room room, byte[] target, int targetOffset) {
    try {
      int written = cipher.begun(mode).doFinal(room.in, room.out.clear());
      room.out.flip().get(target, targetOffset, written);
      return written;
    } catch (GeneralSecurityException forged) {
      return FAILED;
    }
  }
}
