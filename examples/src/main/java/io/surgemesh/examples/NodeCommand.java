package io.surgemesh.examples;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.surgemesh.host.Perf;
import io.surgemesh.job.JobHandler;
import io.surgemesh.market.Amount;
import io.surgemesh.market.Energy;
import io.surgemesh.market.Place;
import io.surgemesh.market.Price;
import io.surgemesh.market.Resources;
import io.surgemesh.mesh.Mesh;
import io.surgemesh.mesh.Offering;
import io.surgemesh.multiformats.Multiaddr;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs one peer until it is stopped; with an offer it sells its resources. */
@Command(
    name = "node",
    mixinStandardHelpOptions = true,
    description = {
      "Run a peer until it is stopped.",
      "",
      "With --offer it runs jobs for others (word counts and Mandelbrot tiles); without, it only",
      "helps peers to find each other. When ready it prints one JSON line on stdout:",
      "  {\"event\":\"ready\",\"peerId\":\"12D3...\",\"addresses\":[\"/ip4/127.0.0.1/tcp/4001/p2p/12D3...\"]}",
      "Logs go to stderr. SIGTERM or Ctrl-C: takes no new jobs, finishes the running ones, leaves."
    },
    footer = {
      "",
      "The first node:   surge node --data n1 --listen /ip4/127.0.0.1/tcp/4001 \\",
      "                    --offer cpu=2,memory=1GiB --price cpu-second=10",
      "A further one:    the same with --data n2, another port, and --bootstrap ADDR."
    })
final class NodeCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(NodeCommand.class);

  @Mixin MeshOptions options = new MeshOptions();

  @Mixin PassphraseOption passphrase = new PassphraseOption();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "Where key and ledger are kept; made when missing, private to its owner.")
  Path dataDir = Path.of(".");

  @Option(
      names = "--listen",
      paramLabel = "ADDR",
      converter = Addresses.class,
      defaultValue = "/ip4/127.0.0.1/tcp/0",
      description =
          "Address to listen on; port 0 takes a free one, /ip4/0.0.0.0/... all interfaces"
              + " (default: ${DEFAULT-VALUE}).")
  List<Multiaddr> listen = List.of();

  @Option(
      names = "--offer",
      paramLabel = "LIST",
      converter = OfferOption.class,
      description =
          "What to sell: cpu=CORES,memory=SIZE[,storage=SIZE][,region=NAME][,watts=PEAK].")
  OfferOption.@Nullable Values offer;

  @Option(
      names = "--price",
      paramLabel = "LIST",
      converter = PriceOption.class,
      description =
          "Price in whole credits: N a cpu-second, or"
              + " cpu-second=N[,gib-second=N][,gib-moved=N][,start=N] (default: cpu-second=1).")
  OfferOption.Values price = new OfferOption.Values(Map.of());

  @Option(
      names = "--drain",
      paramLabel = "SECONDS",
      defaultValue = "20",
      description = "How long running jobs may finish after SIGTERM (default: ${DEFAULT-VALUE}).")
  int drainSeconds = 20;

  @Option(
      names = "--perf",
      description = {
        "Let any peer measure throughput with \"surge perf\": it may send and have itself sent",
        "as much as it likes. Not for nodes that strangers reach."
      })
  boolean perf;

  @Override
  public Integer call() throws Exception {
    Offering offering = offer == null ? null : offering(offer);
    Mesh mesh = options.join(dataDir, passphrase, listen);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(mesh, stopped), "surge-stop"));
    if (perf) {
      Perf.serve(mesh.host());
    }
    if (offering != null) {
      mesh.offer(offering).get();
    }
    printReady(mesh);
    stopped.await();
    return 0;
  }

  private void stop(Mesh mesh, CountDownLatch stopped) {
    LOG.info("draining, at most {} s", drainSeconds);
    try {
      mesh.drain(Duration.ofSeconds(drainSeconds)).get(drainSeconds + 5L, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException | InterruptedException failure) {
      LOG.warn("left before all jobs ended: {}", Surge.line(failure));
    }
    mesh.close();
    LOG.info("stopped");
    stopped.countDown();
  }

  private static void printReady(Mesh mesh) {
    JsonObject ready = JsonLines.event("ready");
    ready.addProperty("peerId", mesh.peerId().toString());
    JsonArray addresses = new JsonArray();
    mesh.addresses().forEach(address -> addresses.add(address.toString()));
    ready.add("addresses", addresses);
    new JsonLines(System.out).print(ready);
  }

  private Offering offering(OfferOption.Values values) {
    values.requireOnly("--offer", "cpu", "memory", "storage", "region", "watts");
    price.requireOnly("--price", "cpu-second", "gib-second", "gib-moved", "start");
    Resources resources =
        Resources.of(values.milli("cpu", "1"), values.bytes("memory", "256MiB"))
            .withStorageBytes(values.bytes("storage", "0"));
    Price posted =
        new Price(
            Price.CREDIT,
            Amount.of(price.number("cpu-second", "1")),
            Amount.of(price.number("gib-second", "0")),
            Amount.of(price.number("gib-moved", "0")),
            Amount.of(price.number("start", "0")),
            false);
    Map<String, JobHandler> handlers = new LinkedHashMap<>();
    handlers.put(WordCount.RUNTIME, new LoggedHandler(WordCount.RUNTIME, new WordCount()));
    handlers.put(Mandelbrot.RUNTIME, new LoggedHandler(Mandelbrot.RUNTIME, new Mandelbrot()));
    return new Offering(
        resources,
        posted,
        new Place(values.text("region", "")),
        energy(values.milli("watts", "0")),
        handlers);
  }

  private static Energy energy(int peakMilliwatts) {
    return peakMilliwatts == 0
        ? Energy.UNKNOWN
        : new Energy(0, peakMilliwatts, 0, Energy.Provenance.DECLARED);
  }
}
