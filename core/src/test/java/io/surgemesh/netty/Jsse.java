package io.surgemesh.netty;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's TLS, for peers that do as they like.
 *
 * @param key of the first certificate
 * @param chain shown whatever the other side asks for; empty for none
 */
record Jsse(PrivateKey key, List<X509Certificate> chain) {
  Jsse(PrivateKey key, X509Certificate... chain) {
    this(key, List.of(chain));
  }

  /** Takes whatever certificate the host has: it is the host that is tested. */
  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** Shows the one chain there is. */
  private final class Shown extends X509ExtendedKeyManager {
    private static final String ALIAS = "mallory";

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
      return ALIAS;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
      return ALIAS;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return chain.toArray(new X509Certificate[0]);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return key;
    }
  }

  /** Returns a certificate out of its bytes. */
  static X509Certificate certificate(byte[] der) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Puts TLS on a socket, whose handshake has not begun. */
  SSLSocket over(Socket plain, boolean client, String version, String... alpn) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      KeyManager @Nullable [] keys = chain.isEmpty() ? null : new KeyManager[] {new Shown()};
      context.init(keys, new TrustManager[] {new Anybody()}, new SecureRandom());
      SSLSocket tls =
          (SSLSocket) context.getSocketFactory().createSocket(plain, "", plain.getPort(), true);
      tls.setUseClientMode(client);
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setProtocols(new String[] {version});
      parameters.setApplicationProtocols(alpn);
      parameters.setNeedClientAuth(!client);
      tls.setSSLParameters(parameters);
      return tls;
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Sends lines of multistream-select, together. */
  static void sendLines(Socket socket, String... lines) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      text.append((char) (line.length() + 1)).append(line).append('\n');
    }
    socket.getOutputStream().write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Returns the next line of multistream-select, without its end. */
  static String readLine(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    int length = in.read();
    byte[] line = in.readNBytes(Math.max(length, 0));
    if (line.length < 1) {
      throw new IOException("no line");
    }
    return new String(line, 0, line.length - 1, StandardCharsets.ISO_8859_1);
  }
}
