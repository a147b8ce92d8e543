package io.surgemesh.hostbench;

import com.google.gson.JsonObject;
import io.surgemesh.host.Connection;
import io.surgemesh.host.Perf;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.netty.HostLimits;
import io.surgemesh.netty.NettyHost;
import io.surgemesh.netty.NettyHostConfig;
import io.surgemesh.session.Security;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * A process with one of our hosts, driven as the programs of {@code interop/peers} are: the same
 * commands and options, one JSON object a line on stdout, and an end of stdin stops a listener.
 */
@Command(name = "peer", description = "One host to be measured.")
final class OurPeer {
  static final ProtocolId ECHO = new ProtocolId("/surgemesh-interop/echo/1.0.0");
  private static final long PATIENCE_SECONDS = 120;

  /** What every command takes. */
  private abstract static class Common implements Callable<Integer> {
    @Option(names = "--security", defaultValue = "noise")
    private String security = "noise";

    @Option(names = "--default-limits", description = "For one to be attacked, not measured.")
    private boolean defaultLimits;

    NettyHost start(List<Multiaddr> listen) throws MeshException {
      return start(listen, 1);
    }

    NettyHost start(List<Multiaddr> listen, int loops) throws MeshException {
      KeyPair identity = KeyPair.generate(new SecureRandom());
      Security channel = Security.valueOf(security.toUpperCase(Locale.ROOT));
      return NettyHost.start(
          NettyHostConfig.defaults(identity)
              .withListen(listen)
              .withSecurities(List.of(channel))
              .withLimits(
                  defaultLimits
                      ? HostLimits.defaults()
                      : HostLimits.defaults().withConnections(4096, 4096, 4096))
              .withLoops(loops));
    }
  }

  /** What every command that dials takes as well. */
  private abstract static class Dialling extends Common {
    @Parameters(paramLabel = "ADDR")
    private String address = "";

    @Option(names = "--runs", defaultValue = "1")
    private int runs = 1;

    Multiaddr address() {
      return Multiaddr.of(address);
    }

    @Override
    public Integer call() throws Exception {
      try (NettyHost host = start(List.of())) {
        Connection connection = await(host.connect(address()));
        for (int i = 0; i < runs; i++) {
          once(host, connection);
        }
      }
      return CommandLine.ExitCode.OK;
    }

    abstract void once(NettyHost host, Connection connection) throws Exception;
  }

  /** What is done so often, some of it at a time. */
  private abstract static class Counted extends Dialling {
    @Option(names = "--count", defaultValue = "1000")
    private int count = 1000;

    @Option(names = "--parallel", defaultValue = "1")
    private int parallel = 1;

    @Override
    void once(NettyHost host, Connection connection) throws Exception {
      prepare(parallel);
      long begun = System.nanoTime();
      run(connection, count, parallel);
      tellCount(event(), count, parallel, System.nanoTime() - begun);
    }

    abstract String event();

    /** Does what is not measured. */
    void prepare(int parallel) throws MeshException {
      // Nothing, unless it needs more hosts than one.
    }

    abstract void run(Connection connection, int count, int parallel) throws Exception;
  }

  @Command(name = "listen")
  private static final class Listen extends Common {
    @Override
    public Integer call() throws MeshException, IOException {
      List<Multiaddr> everywhere = List.of(Multiaddr.of("/ip4/127.0.0.1/tcp/0"));
      // A server may use a core for each of its clients; a client has one connection.
      try (NettyHost host = start(everywhere, Runtime.getRuntime().availableProcessors())) {
        Perf.serve(host);
        host.handle(ECHO, stream -> new EchoListener());
        AnsweringPeer.serve(host);
        JsonObject told = new JsonObject();
        told.addProperty("event", "listening");
        told.addProperty("address", withPeerId(host).toString());
        tell(told);
        System.in.transferTo(java.io.OutputStream.nullOutputStream());
      }
      return CommandLine.ExitCode.OK;
    }
  }

  @Command(name = "perf")
  private static final class PerfOnce extends Dialling {
    @Option(names = "--upload", defaultValue = "0")
    private long upload;

    @Option(names = "--download", defaultValue = "0")
    private long download;

    @Option(names = "--chunk", defaultValue = "65536")
    private int chunk = 65_536;

    @Override
    void once(NettyHost host, Connection connection) throws Exception {
      Transfer transfer = new Transfer(upload, download, chunk);
      await(connection.open(Perf.PROTOCOL, transfer).thenAccept(transfer::begin));
      await(transfer.done());
      JsonObject told = new JsonObject();
      told.addProperty("event", "perf");
      told.addProperty("uploadBytes", upload);
      told.addProperty("uploadNanos", transfer.uploadNanos());
      told.addProperty("downloadBytes", download);
      told.addProperty("downloadNanos", transfer.downloadNanos());
      tell(told);
    }
  }

  @Command(name = "streams")
  private static final class Streams extends Counted {
    @Override
    String event() {
      return "streams";
    }

    @Override
    void run(Connection connection, int count, int parallel) throws Exception {
      EchoRounds rounds = new EchoRounds(connection, ECHO, count);
      connection.loop().execute(() -> rounds.begin(parallel));
      await(rounds.done());
    }
  }

  @Command(name = "handshakes")
  private static final class Handshakes extends Counted {
    private final List<NettyHost> hosts = new ArrayList<>();

    @Override
    String event() {
      return "handshakes";
    }

    @Override
    void prepare(int parallel) throws MeshException {
      while (hosts.size() < parallel) {
        hosts.add(start(List.of()));
      }
    }

    @Override
    void run(Connection connection, int count, int parallel) throws Exception {
      List<CompletableFuture<Void>> workers = new ArrayList<>();
      for (int i = 0; i < parallel; i++) {
        DialRounds rounds = new DialRounds(hosts.get(i), address(), (count + i) / parallel);
        rounds.begin();
        workers.add(rounds.done());
      }
      for (CompletableFuture<Void> worker : workers) {
        await(worker);
      }
    }
  }

  /** From a dial to the first byte back, each time on a connection of its own. */
  @Command(name = "firstbyte")
  private static final class FirstByte extends Dialling {
    private static final int WARM_UP_HANDSHAKES = 8000;

    @Option(names = "--near")
    private String near = "";

    private boolean warm;

    /** Lets the code of both ends be compiled, over a path that takes no time. */
    private void warmUp() throws Exception {
      if (!near.isEmpty() && !warm) {
        try (NettyHost other = start(List.of())) {
          DialRounds rounds = new DialRounds(other, Multiaddr.of(near), WARM_UP_HANDSHAKES);
          rounds.begin();
          await(rounds.done());
        }
      }
      warm = true;
    }

    @Override
    void once(NettyHost host, Connection connection) throws Exception {
      warmUp();
      host.disconnect(connection.remotePeer());
      while (!host.connectedPeers().isEmpty()) {
        Thread.onSpinWait();
      }
      long begun = System.nanoTime();
      Connection fresh = await(host.connect(address()));
      EchoRounds rounds = new EchoRounds(fresh, ECHO, 1);
      fresh.loop().execute(() -> rounds.begin(1));
      await(rounds.done());
      tellCount("firstbyte", 1, 1, System.nanoTime() - begun);
    }
  }

  private OurPeer() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    CommandLine line =
        new CommandLine(new OurPeer())
            .addSubcommand(new Listen())
            .addSubcommand(new PerfOnce())
            .addSubcommand(new Streams())
            .addSubcommand(new Handshakes())
            .addSubcommand(new FirstByte())
            .addSubcommand(new Attacker())
            .addSubcommand(new Burner());
    System.exit(line.execute(arguments));
  }

  private static Multiaddr withPeerId(NettyHost host) {
    return host.addresses().get(0).withPeerId(host.peerId().bytes());
  }

  private static void tellCount(String event, int count, int parallel, long nanos) {
    JsonObject told = new JsonObject();
    told.addProperty("event", event);
    told.addProperty("count", count);
    told.addProperty("parallel", parallel);
    told.addProperty("nanos", nanos);
    tell(told);
  }

  /** Tells that something has happened of which no more is to be said. */
  static void tell(String event) {
    JsonObject told = new JsonObject();
    told.addProperty("event", event);
    tell(told);
  }

  static void tell(JsonObject told) {
    System.out.println(told);
    System.out.flush();
  }

  private static <T> T await(CompletableFuture<T> future)
      throws ExecutionException, InterruptedException, TimeoutException {
    return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
