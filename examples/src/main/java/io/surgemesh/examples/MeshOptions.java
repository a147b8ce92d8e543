package io.surgemesh.examples;

import io.surgemesh.dht.Dht;
import io.surgemesh.dht.DhtConfig;
import io.surgemesh.dht.HintsConfig;
import io.surgemesh.gossip.OfferGossip;
import io.surgemesh.identity.MeshException;
import io.surgemesh.mesh.Mesh;
import io.surgemesh.mesh.MeshBuilder;
import io.surgemesh.mesh.PeerRouting;
import io.surgemesh.multiformats.Multiaddr;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Option;

/** How to take part in a mesh: the options that all commands with a peer of their own share. */
final class MeshOptions {
  private static final Duration JOIN_PATIENCE = Duration.ofSeconds(30);

  @Option(
      names = {"--bootstrap", "-b"},
      paramLabel = "ADDR",
      arity = "1..*",
      converter = Addresses.class,
      description = "Addresses of peers to join through, as a node prints them when it is ready.")
  List<Multiaddr> bootstrap = new ArrayList<>();

  @Option(
      names = "--mesh",
      paramLabel = "NAME",
      defaultValue = "public",
      description = "Name of the mesh, 1 to 32 of a-z, 0-9 and '-' (default: ${DEFAULT-VALUE}).")
  String meshName = "public";

  @Option(
      names = "--mdns",
      description = "Find peers on the local network, and be found there, by multicast DNS.")
  boolean mdns;

  @Option(
      names = "--hints",
      description =
          "Learn who else is in the mesh, at 5 kbit/s at most, so that most searches take one round"
              + " trip among peers that do so too.")
  boolean hints;

  @Option(names = "--json", description = "Print one JSON object a line on stdout.")
  boolean json;

  /** Starts a peer; with bootstrap addresses it has joined when this returns. */
  Mesh join(Path dataDir, List<Multiaddr> listen)
      throws MeshException, InterruptedException, ExecutionException, SurgeException {
    return join(Mesh.builder(dataDir), listen);
  }

  /** Starts a peer whose key file may be encrypted. */
  Mesh join(Path dataDir, PassphraseOption passphrase, List<Multiaddr> listen)
      throws MeshException, InterruptedException, ExecutionException, SurgeException {
    return join(passphrase.applyTo(Mesh.builder(dataDir)), listen);
  }

  private PeerRouting.Factory routing() {
    return hints
        ? Dht.joining(bootstrap, DhtConfig.defaults(), HintsConfig.defaults())
        : Dht.joining(bootstrap);
  }

  private Mesh join(MeshBuilder builder, List<Multiaddr> listen)
      throws MeshException, InterruptedException, ExecutionException, SurgeException {
    builder.meshName(meshName).mdns(mdns).routing(routing()).offers(OfferGossip.defaults());
    listen.forEach(address -> builder.listen(address.toString()));
    Mesh mesh = builder.start();
    try {
      mesh.routing().joined().get(JOIN_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return mesh;
    } catch (TimeoutException late) {
      mesh.close();
      throw new SurgeException(
          "no bootstrap peer answered within " + JOIN_PATIENCE.toSeconds() + " s");
    } catch (ExecutionException | InterruptedException failure) {
      mesh.close();
      throw failure;
    }
  }
}
