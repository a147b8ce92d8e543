package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.crypto.Primitives;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.session.CertificateCheck;
import io.surgemesh.session.TlsIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.bouncycastle.tls.TlsProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Both ends of a TLS connection that have shaken hands without a socket.
 *
 * @param near the client's records
 * @param far the server's
 */
record TlsInMemory(TlsRecords near, TlsRecords far) {
  private static final int FLIGHTS_MAX = 5;

  /** Shakes hands by these primitives; {@code far} has that much room to decrypt. */
  static TlsInMemory connect(Primitives ofClient, Primitives ofServer, int farRoomBytes)
      throws IOException {
    TlsRecords near = new TlsRecords(new byte[TlsRecords.sealedBytesMax()]);
    TlsRecords far = new TlsRecords(new byte[farRoomBytes]);
    TlsEnd client = new TlsDialer(context(ofClient));
    TlsEnd server = new TlsAcceptor(context(ofServer));
    TlsProtocol clientProtocol = client.begin();
    TlsProtocol serverProtocol = server.begin();
    for (int i = 0; i < FLIGHTS_MAX; i++) {
      step(clientProtocol, far, serverProtocol);
      step(serverProtocol, near, clientProtocol);
    }
    secure(near, client.agreement());
    secure(far, server.agreement());
    return new TlsInMemory(near, far);
  }

  static TlsContext context(Primitives primitives) {
    SecureRandom random = new SecureRandom();
    TlsIdentity identity = TlsIdentity.create(KeyPair.generate(random), random);
    CertificateCheck check = new CertificateCheck(InstantSource.system());
    return new TlsContext(identity, check, random, primitives);
  }

  /** Hands on what one end has to send, record by record. */
  private static void step(TlsProtocol from, TlsRecords records, TlsProtocol to)
      throws IOException {
    byte[] flight = new byte[from.getAvailableOutputBytes()];
    from.readOutput(flight, 0, flight.length);
    records.append(ByteBuffer.wrap(flight));
    for (byte[] record = records.takeRecord(); record != null; record = records.takeRecord()) {
      to.offerInput(record);
    }
  }

  private static void secure(TlsRecords records, @Nullable TlsAgreement agreement) {
    assertThat(agreement).isNotNull();
    records.secure(agreement.send(), agreement.receive());
  }
}
