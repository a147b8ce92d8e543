package io.surgemesh.hostbench;

import com.google.gson.JsonObject;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.netty.NettyHost;
import io.surgemesh.netty.NettyHostConfig;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.util.List;

/** The least that an application with a host in it does: starts it, and says what that took. */
final class IdlePeer {
  private IdlePeer() {}

  /** Listens, tells, and ends. */
  public static void main(String[] arguments) throws MeshException {
    NettyHostConfig config =
        NettyHostConfig.defaults(KeyPair.generate(new SecureRandom()))
            .withListen(List.of(Multiaddr.of("/ip4/127.0.0.1/tcp/0")));
    try (NettyHost host = NettyHost.start(config)) {
      long readyMillis = ManagementFactory.getRuntimeMXBean().getUptime();
      System.gc();
      JsonObject told = new JsonObject();
      told.addProperty("event", "idle");
      told.addProperty("readyMillis", readyMillis);
      told.addProperty(
          "heapBytes", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
      told.addProperty(
          "threads",
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().startsWith("surgemesh"))
              .count());
      System.out.println(told);
      System.out.flush();
      host.peerId();
    }
  }
}
