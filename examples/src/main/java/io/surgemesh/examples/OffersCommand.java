package io.surgemesh.examples;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.surgemesh.market.Offer;
import io.surgemesh.market.SignedOffer;
import io.surgemesh.mesh.Mesh;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the offers that a mesh has on its boards. */
@Command(
    name = "offers",
    mixinStandardHelpOptions = true,
    description = {
      "List what is on offer in a mesh.",
      "",
      "Joins for a moment with a fresh identity, listens until enough offers were heard or the",
      "wait is over, and prints them. Exit code 1 when none was heard."
    })
final class OffersCommand implements Callable<Integer> {
  @Mixin MeshOptions options = new MeshOptions();

  @Option(
      names = "--expect",
      paramLabel = "N",
      description = "Stop listening as soon as N offers were heard.")
  int expect = Integer.MAX_VALUE;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "4",
      description = "Listen at most so long (default: ${DEFAULT-VALUE}).")
  int waitSeconds = 4;

  @Override
  public Integer call() throws Exception {
    if (options.bootstrap.isEmpty()) {
      throw new SurgeException("nobody to ask: give --bootstrap ADDR");
    }
    try (Scratch scratch = new Scratch("surge-offers");
        Mesh mesh = options.join(scratch.directory(), List.of())) {
      mesh.offers().heard(expect).completeOnTimeout(0, waitSeconds, TimeUnit.SECONDS).get();
      List<SignedOffer> offers = mesh.offers().offers().get();
      if (offers.isEmpty()) {
        throw new SurgeException("no offers heard");
      }
      print(offers);
      return 0;
    }
  }

  private void print(List<SignedOffer> offers) {
    JsonLines lines = new JsonLines(System.out);
    if (!options.json) {
      System.out.printf(
          Locale.ROOT,
          "%-52s %6s %10s %12s  %s%n",
          "provider",
          "cores",
          "memory",
          "cpu-second",
          "runtimes");
    }
    for (SignedOffer signed : offers) {
      Offer offer = signed.offer();
      if (options.json) {
        lines.print(json(offer));
      } else {
        System.out.printf(
            Locale.ROOT,
            "%-52s %6.2f %6d MiB %12s  %s%n",
            offer.provider(),
            offer.resources().cpuMillicores() / 1000.0,
            offer.resources().memoryBytes() >> 20,
            offer.price().perCpuSecond(),
            String.join(" ", runtimes(offer)));
      }
    }
  }

  private static List<String> runtimes(Offer offer) {
    return offer.runtimes().stream().map(runtime -> Plain.text(runtime.name())).toList();
  }

  private static JsonObject json(Offer offer) {
    JsonObject line = JsonLines.event("offer");
    line.addProperty("provider", offer.provider().toString());
    line.addProperty("cpuMillicores", offer.resources().cpuMillicores());
    line.addProperty("memoryBytes", offer.resources().memoryBytes());
    line.addProperty("unit", offer.price().unit());
    line.addProperty("perCpuSecond", offer.price().perCpuSecond().toString());
    line.addProperty("expiresAt", offer.expiresAt().toString());
    JsonArray runtimes = new JsonArray();
    runtimes(offer).forEach(runtimes::add);
    line.add("runtimes", runtimes);
    return line;
  }
}
