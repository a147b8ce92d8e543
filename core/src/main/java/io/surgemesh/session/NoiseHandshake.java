package io.surgemesh.session;

import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.PublicKey;
import io.surgemesh.machine.Machine;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.ProtobufScan;
import io.surgemesh.wire.ScanLimits;
import io.surgemesh.wire.pb.NoiseHandshakePayload;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One side of Noise_XX_25519_ChaChaPoly_SHA256 as libp2p speaks it.
 *
 * <p>Messages come behind a big-endian length of two bytes and are at most {@value
 * #MESSAGE_BYTES_MAX} bytes here. The peer's signature is an output, {@link Verify}, because it is
 * slow; until {@link #onVerified} the machine takes no bytes. Diffie-Hellman runs inside. Has no
 * deadline of its own: who drives it has one for the whole handshake.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/noise/README.md">libp2p noise spec</a>
 */
public final class NoiseHandshake implements Machine<NoiseHandshake.Output> {
  /** The longest handshake message taken: room for the largest RSA key and signature. */
  public static final int MESSAGE_BYTES_MAX = 8192;

  private static final String NAME = "Noise_XX_25519_ChaChaPoly_SHA256";
  private static final ScanLimits PAYLOAD_LIMITS = new ScanLimits(MESSAGE_BYTES_MAX, 128, 2);
  private static final int LENGTH_BYTES = 2;
  private static final int KEY_BYTES = NoiseStatic.KEY_BYTES;
  private static final int SEALED_KEY_BYTES = KEY_BYTES + CipherState.TAG_BYTES;
  private static final byte[] EMPTY = {};

  /** What the handshake wants done. */
  public sealed interface Output {}

  /** Send these bytes, which belong to who takes them. */
  public record Send(ByteBuffer bytes) implements Output {}

  /** Check a signature off the loop, and answer with {@link #onVerified}. */
  public record Verify(PublicKey key, Bytes message, Bytes signature) implements Output {}

  /**
   * The session is up.
   *
   * @param send encrypts what we send from now on
   * @param receive decrypts what the peer sends from now on
   * @param remoteKey the peer's proven identity
   * @param muxer the stream muxer agreed inside the handshake, null when the peer offered none
   */
  public record Established(
      CipherState send, CipherState receive, PublicKey remoteKey, @Nullable String muxer)
      implements Output {}

  /** The handshake is over; close the connection. */
  public record Failed(Reason reason) implements Output {}

  /** Why a handshake failed. */
  public enum Reason {
    /** A message is too short, too long, forged or not what its place asks for. */
    MALFORMED,
    /** A key of the peer would make the secret known to everybody. */
    WEAK_KEY,
    /** The peer did not sign its static key. */
    BAD_SIGNATURE,
    /** The peer is somebody else than expected. */
    WRONG_PEER,
    /** Both sides offered muxers, none of them the same. */
    NO_COMMON_MUXER
  }

  private enum State {
    MESSAGE_A,
    MESSAGE_B,
    MESSAGE_C,
    VERIFY,
    OVER
  }

  private final boolean initiator;
  private final NoiseStatic local;
  private final @Nullable PeerId expected;
  private final byte[] ephemeral;
  private final NoiseSymmetricState symmetric;
  private final ArrayDeque<Output> outputs = new ArrayDeque<>();
  private State state;
  private byte[] message = new byte[LENGTH_BYTES];
  private int filled;
  private boolean lengthKnown;
  private byte[] remoteEphemeral = EMPTY;
  private @Nullable PublicKey remoteKey;
  private @Nullable String muxer;

  private NoiseHandshake(
      boolean initiator, NoiseStatic local, @Nullable PeerId expected, byte[] ephemeral) {
    if (ephemeral.length != KEY_BYTES) {
      throw new IllegalArgumentException("ephemeral key of " + ephemeral.length + " bytes");
    }
    this.initiator = initiator;
    this.local = local;
    this.symmetric = new NoiseSymmetricState(NAME, local.primitives());
    this.expected = expected;
    this.ephemeral = ephemeral.clone();
    this.state = initiator ? State.MESSAGE_B : State.MESSAGE_A;
    // libp2p's prologue is empty.
    symmetric.mixHash(EMPTY);
  }

  /**
   * Returns the side that speaks first; its first output is ready at once.
   *
   * @param expected whom the peer must prove to be, null when anybody will do
   * @param ephemeral 32 fresh random bytes, used for this handshake only
   */
  public static NoiseHandshake initiator(
      NoiseStatic local, @Nullable PeerId expected, byte[] ephemeral) {
    NoiseHandshake handshake = new NoiseHandshake(true, local, expected, ephemeral);
    handshake.sendMessageA();
    return handshake;
  }

  /**
   * Returns the side that answers.
   *
   * @param ephemeral 32 fresh random bytes, used for this handshake only
   */
  public static NoiseHandshake responder(NoiseStatic local, byte[] ephemeral) {
    return new NoiseHandshake(false, local, null, ephemeral);
  }

  /**
   * Takes bytes from the peer and moves the position behind those used. What follows the last
   * message, or arrives before {@link #onVerified}, stays in {@code bytes}.
   */
  public void onBytes(ByteBuffer bytes, long nowNanos) {
    while (state != State.VERIFY && state != State.OVER && bytes.hasRemaining()) {
      int taken = Math.min(bytes.remaining(), message.length - filled);
      bytes.get(message, filled, taken);
      filled += taken;
      if (filled == message.length) {
        onFilled();
      }
    }
  }

  /** Takes the answer to {@link Verify}. */
  public void onVerified(boolean valid, long nowNanos) {
    if (state != State.VERIFY) {
      return;
    }
    if (!valid) {
      fail(Reason.BAD_SIGNATURE);
    } else if (!initiator || sendMessageC()) {
      establish();
    }
  }

  @Override
  public @Nullable Output poll() {
    return outputs.poll();
  }

  @Override
  public long deadlineNanos() {
    return NEVER;
  }

  @Override
  public void onTimeout(long nowNanos) {
    // Waits for nothing.
  }

  private void onFilled() {
    if (!lengthKnown) {
      int length = (message[0] & 0xff) << 8 | (message[1] & 0xff);
      if (length < KEY_BYTES || length > MESSAGE_BYTES_MAX) {
        fail(Reason.MALFORMED);
        return;
      }
      lengthKnown = true;
      message = new byte[length];
      filled = 0;
      return;
    }
    byte[] whole = message;
    lengthKnown = false;
    message = new byte[LENGTH_BYTES];
    filled = 0;
    switch (state) {
      case MESSAGE_A -> onMessageA(whole);
      case MESSAGE_B -> onMessageB(whole);
      case MESSAGE_C -> onMessageC(whole);
      default -> {}
    }
  }

  /** -> e. */
  private void sendMessageA() {
    byte[] publicKey = NoiseStatic.publicKeyOf(ephemeral);
    symmetric.mixHash(publicKey);
    symmetric.encryptAndHash(EMPTY);
    send(publicKey);
  }

  private void onMessageA(byte[] whole) {
    remoteEphemeral = Arrays.copyOf(whole, KEY_BYTES);
    symmetric.mixHash(remoteEphemeral);
    symmetric.decryptAndHash(Arrays.copyOfRange(whole, KEY_BYTES, whole.length));
    sendMessageB();
  }

  /** <- e, ee, s, es. */
  private void sendMessageB() {
    byte[] publicKey = NoiseStatic.publicKeyOf(ephemeral);
    symmetric.mixHash(publicKey);
    if (!mixSecret(ephemeral, remoteEphemeral)) {
      return;
    }
    byte[] sealedKey = symmetric.encryptAndHash(local.publicKey());
    if (!mixSecret(local.privateKey(), remoteEphemeral)) {
      return;
    }
    send(publicKey, sealedKey, symmetric.encryptAndHash(local.payload()));
    state = State.MESSAGE_C;
  }

  private void onMessageB(byte[] whole) {
    remoteEphemeral = Arrays.copyOf(whole, KEY_BYTES);
    symmetric.mixHash(remoteEphemeral);
    if (mixSecret(ephemeral, remoteEphemeral)) {
      onSealedIdentity(whole, KEY_BYTES, ephemeral);
    }
  }

  /** -> s, se; returns whether the session can go on. */
  private boolean sendMessageC() {
    byte[] sealedKey = symmetric.encryptAndHash(local.publicKey());
    if (!mixSecret(local.privateKey(), remoteEphemeral)) {
      return false;
    }
    send(sealedKey, symmetric.encryptAndHash(local.payload()));
    return true;
  }

  private void onMessageC(byte[] whole) {
    onSealedIdentity(whole, 0, ephemeral);
  }

  /** Opens the peer's static key at {@code offset} and its payload behind it. */
  private void onSealedIdentity(byte[] whole, int offset, byte[] ourKey) {
    int payloadOffset = offset + SEALED_KEY_BYTES;
    if (whole.length < payloadOffset + CipherState.TAG_BYTES) {
      fail(Reason.MALFORMED);
      return;
    }
    byte[] remoteStatic =
        symmetric.decryptAndHash(Arrays.copyOfRange(whole, offset, payloadOffset));
    if (remoteStatic == null) {
      fail(Reason.MALFORMED);
      return;
    }
    if (!mixSecret(ourKey, remoteStatic)) {
      return;
    }
    byte[] payload =
        symmetric.decryptAndHash(Arrays.copyOfRange(whole, payloadOffset, whole.length));
    if (payload == null) {
      fail(Reason.MALFORMED);
      return;
    }
    onPayload(payload, remoteStatic);
  }

  private void onPayload(byte[] encoded, byte[] remoteStatic) {
    try {
      NoiseHandshakePayload payload =
          ProtobufScan.parse(NoiseHandshakePayload.getDefaultInstance(), encoded, PAYLOAD_LIMITS);
      PublicKey key = PublicKey.decode(payload.getIdentityKey().toByteArray());
      if (expected != null && !expected.equals(PeerId.of(key))) {
        fail(Reason.WRONG_PEER);
        return;
      }
      List<String> offered = payload.getExtensions().getStreamMuxersList();
      muxer = firstCommon(offered);
      if (muxer == null && !offered.isEmpty() && !local.muxers().isEmpty()) {
        fail(Reason.NO_COMMON_MUXER);
        return;
      }
      remoteKey = key;
      state = State.VERIFY;
      outputs.add(
          new Verify(
              key,
              Bytes.of(NoiseStatic.signedBytes(remoteStatic)),
              Bytes.of(payload.getIdentitySig().toByteArray())));
    } catch (MalformedMessageException malformed) {
      fail(Reason.MALFORMED);
    }
  }

  /** The initiator's order counts (libp2p connections spec, Multiplexer Negotiation). */
  private @Nullable String firstCommon(List<String> offered) {
    List<String> preferred = initiator ? local.muxers() : offered;
    List<String> others = initiator ? offered : local.muxers();
    for (String candidate : preferred) {
      if (others.contains(candidate)) {
        return candidate;
      }
    }
    return null;
  }

  private void establish() {
    PublicKey key = remoteKey;
    if (key == null) {
      fail(Reason.MALFORMED);
      return;
    }
    byte[][] keys = symmetric.split();
    CipherState fromInitiator = new CipherState(local.primitives(), keys[0]);
    CipherState fromResponder = new CipherState(local.primitives(), keys[1]);
    Arrays.fill(ephemeral, (byte) 0);
    state = State.OVER;
    outputs.add(
        initiator
            ? new Established(fromInitiator, fromResponder, key, muxer)
            : new Established(fromResponder, fromInitiator, key, muxer));
  }

  /**
   * An all-zero secret comes of a small-order key, which anybody could have sent (RFC 7748, 6.1).
   */
  private boolean mixSecret(byte[] privateKey, byte[] publicKey) {
    byte[] secret = new byte[KEY_BYTES];
    if (!local.primitives().x25519(privateKey, publicKey, secret)) {
      fail(Reason.WEAK_KEY);
      return false;
    }
    symmetric.mixKey(secret);
    Arrays.fill(secret, (byte) 0);
    return true;
  }

  private void fail(Reason reason) {
    state = State.OVER;
    Arrays.fill(ephemeral, (byte) 0);
    outputs.add(new Failed(reason));
  }

  private void send(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer framed = ByteBuffer.allocate(LENGTH_BYTES + length).putShort((short) length);
    for (byte[] part : parts) {
      framed.put(part);
    }
    outputs.add(new Send(framed.flip()));
  }
}
