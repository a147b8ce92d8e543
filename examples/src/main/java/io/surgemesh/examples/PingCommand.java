package io.surgemesh.examples;

import com.google.gson.JsonObject;
import io.surgemesh.host.Connection;
import io.surgemesh.host.Host;
import io.surgemesh.host.Ping;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.mesh.Mesh;
import io.surgemesh.multiformats.Multiaddr;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures the round trip to a peer, as a stranger with a fresh identity. */
@Command(
    name = "ping",
    mixinStandardHelpOptions = true,
    description = {
      "Connect to a libp2p peer and measure round trips.",
      "",
      "With /p2p/PEERID at its end the peer must prove that identity.",
      "Any libp2p peer that speaks TCP, Noise and yamux answers."
    })
final class PingCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ADDR", converter = Addresses.class, description = "Whom to ping.")
  Multiaddr address = Multiaddr.of("/ip4/127.0.0.1/tcp/4001");

  @Option(
      names = {"--count", "-c"},
      paramLabel = "N",
      defaultValue = "3",
      description = "How many pings (default: ${DEFAULT-VALUE}).")
  int count = 3;

  @Option(names = "--json", description = "Print one JSON object a line on stdout.")
  boolean json;

  @Override
  public Integer call() throws Exception {
    KeyPair stranger = KeyPair.generate(new SecureRandom());
    try (Host host = Mesh.openHost(stranger, List.of())) {
      Connection connection = host.connect(address).get();
      String peer = connection.remotePeer().toString();
      for (int i = 1; i <= count; i++) {
        Duration roundTrip = Ping.ping(host, connection.remotePeer(), Duration.ofSeconds(10)).get();
        print(peer, i, roundTrip);
      }
    }
    return 0;
  }

  private void print(String peer, int number, Duration roundTrip) {
    if (json) {
      JsonObject pong = JsonLines.event("pong");
      pong.addProperty("peerId", peer);
      pong.addProperty("number", number);
      pong.addProperty("roundTripNanos", roundTrip.toNanos());
      new JsonLines(System.out).print(pong);
    } else {
      System.out.printf(
          Locale.ROOT, "%s answered in %.3f ms%n", peer, roundTrip.toNanos() / 1_000_000.0);
    }
  }
}
