package io.surgemesh.netty;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.session.Security;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/** Hosts on loopback that are closed together. */
final class Hosts implements AutoCloseable {
  static final Multiaddr LOOPBACK = Multiaddr.of("/ip4/127.0.0.1/tcp/0");

  private final List<NettyHost> hosts = new ArrayList<>();
  private final List<Security> securities;

  Hosts() {
    this(Security.NOISE, Security.TLS);
  }

  /** Creates hosts that speak these, the first best. */
  Hosts(Security... securities) {
    this.securities = List.of(securities);
  }

  NettyHost start() {
    return start(UnaryOperator.identity());
  }

  NettyHost start(UnaryOperator<NettyHostConfig> change) {
    NettyHostConfig config =
        NettyHostConfig.defaults(KeyPair.generate(new SecureRandom()))
            .withListen(List.of(LOOPBACK))
            .withSecurities(securities)
            .withLoops(1);
    try {
      NettyHost host = NettyHost.start(change.apply(config));
      hosts.add(host);
      return host;
    } catch (MeshException refused) {
      throw new AssertionError(refused);
    }
  }

  /** Returns the host's address with its peer id. */
  static Multiaddr addressOf(NettyHost host) {
    return host.addresses().get(0).withPeerId(host.peerId().bytes());
  }

  static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException | InterruptedException failed) {
      throw new AssertionError(failed);
    }
  }

  static Throwable awaitFailure(CompletableFuture<?> future) {
    try {
      Object value = future.get(30, TimeUnit.SECONDS);
      throw new AssertionError("completed with " + value);
    } catch (ExecutionException failed) {
      return failed.getCause();
    } catch (TimeoutException | InterruptedException failed) {
      throw new AssertionError(failed);
    }
  }

  @Override
  public void close() {
    hosts.forEach(NettyHost::close);
  }
}
