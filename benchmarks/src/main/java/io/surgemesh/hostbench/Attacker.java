package io.surgemesh.hostbench;

import com.google.gson.JsonObject;
import io.surgemesh.host.Host;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.netty.NettyHost;
import io.surgemesh.netty.NettyHostConfig;
import io.surgemesh.session.Security;
import io.surgemesh.session.YamuxLimits;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Troubles one host in every way there is, one after the other, until its stdin ends. */
@Command(name = "attack")
final class Attacker implements Callable<Integer> {
  /** How long an attack's turn lasts. */
  static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final int RESETS_BORNE = 1_000_000;

  @Parameters(paramLabel = "ADDR")
  private String address = "";

  @Option(names = "--security", defaultValue = "noise")
  private String security = "noise";

  @Option(names = "--echo")
  private String echo = "";

  @Option(names = "--only", defaultValue = "")
  private String only = "";

  @Override
  public Integer call() throws Exception {
    Multiaddr victim = Multiaddr.of(address);
    NettyHostConfig config =
        NettyHostConfig.defaults(KeyPair.generate(new SecureRandom()))
            // It does not mind what is done to it.
            .withYamux(YamuxLimits.defaults().withResets(RESETS_BORNE, RESETS_BORNE))
            .withSecurities(List.of(Security.valueOf(security.toUpperCase(Locale.ROOT))))
            .withLoops(1);
    try (NettyHost host = NettyHost.start(config)) {
      List<Attack> attacks = attacks(host, victim);
      OurPeer.tell("attacking");
      StdinEnd end = StdinEnd.watch();
      for (int i = 0; !end.isReached(); i++) {
        int index = i % attacks.size();
        long begunNanos = System.nanoTime();
        long begunCpuNanos = ThisProcess.cpuNanos();
        while (System.nanoTime() - begunNanos < SLICE_NANOS) {
          attacks.get(index).step();
        }
        attacks.get(index).end();
        long cpuNanos = ThisProcess.cpuNanos() - begunCpuNanos;
        tellSlice(index, cpuNanos, System.nanoTime() - begunNanos);
      }
    }
    return CommandLine.ExitCode.OK;
  }

  private static void tellSlice(int index, long cpuNanos, long nanos) {
    JsonObject told = new JsonObject();
    told.addProperty("event", "slice");
    told.addProperty("index", index);
    told.addProperty("cpuNanos", cpuNanos);
    told.addProperty("nanos", nanos);
    OurPeer.tell(told);
  }

  private List<Attack> attacks(Host host, Multiaddr victim) {
    List<Attack> attacks = new ArrayList<>();
    for (SocketAttack.Kind kind : SocketAttack.Kind.values()) {
      if (isWanted(kind)) {
        attacks.add(new SocketAttack(kind, victim.tcp().orElseThrow()));
      }
    }
    for (TlsAttack.Kind kind : TlsAttack.Kind.values()) {
      if (isWanted(kind)) {
        attacks.add(new TlsAttack(kind, victim.tcp().orElseThrow()));
      }
    }
    for (PeerAttack.Kind kind : PeerAttack.Kind.values()) {
      if (isWanted(kind)) {
        attacks.add(new PeerAttack(kind, host, victim, new ProtocolId(echo)));
      }
    }
    return attacks;
  }

  private boolean isWanted(Enum<?> kind) {
    return only.isEmpty() || kind.name().equals(only);
  }
}
