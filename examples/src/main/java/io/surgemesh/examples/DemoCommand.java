package io.surgemesh.examples;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The whole mesh on one machine: peers in JVMs of their own render a picture and prove it. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Show the whole mesh on this machine.",
      "",
      "Starts a seed, some providers and a requestor, each a JVM of its own, that know nothing but",
      "the seed's address. The requestor hears the offers, agrees terms with providers, renders a",
      "Mandelbrot picture in tiles across them and keeps a receipt of each tile, signed by both",
      "sides. Then the picture is compared with one rendered here, and a separate process, given",
      "only exported ledgers and peer ids, verifies every receipt. Exit code 0 only if all held."
    })
final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "5",
      description = "How many providers, 1 to 50 (default: ${DEFAULT-VALUE}).")
  int nodes = 5;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      defaultValue = "target/surge-demo.png",
      description = "Where the picture goes (default: ${DEFAULT-VALUE}).")
  Path output = Path.of("target", "surge-demo.png");

  @Option(
      names = "--size",
      paramLabel = "WxH",
      defaultValue = "960x640",
      description = "The picture's size in pixels (default: ${DEFAULT-VALUE}).")
  String size = "960x640";

  @Option(
      names = "--json",
      description =
          "Print events as JSON; the last line is"
              + " {\"event\":\"done\",\"tiles\":T,\"providers\":P,\"receipts\":R,\"verified\":R,"
              + "\"png\":PATH}.")
  boolean json;

  @Override
  public Integer call() throws Exception {
    if (nodes < 1 || nodes > 50) {
      throw new SurgeException("--nodes is 1 to 50, not " + nodes);
    }
    Mandelbrot.Picture picture = PictureSize.parse(size);
    try (Scratch scratch = new Scratch("surge-demo");
        DemoPeers peers = new DemoPeers(scratch.directory())) {
      peers.start(nodes);
      say(nodes + " providers and a seed are ready, " + (nodes + 1) + " JVMs");
      DemoTable table = render(peers, picture);
      peers.stop();
      requireSamePicture(picture, scratch.directory());
      JsonObject verdict = peers.verifyLedgers();
      report(table, verdict);
      return 0;
    }
  }

  private DemoTable render(DemoPeers peers, Mandelbrot.Picture picture)
      throws IOException, InterruptedException, SurgeException {
    int tiles = picture.tiles(SubmitCommand.TILE_SIDE).size();
    DemoTable table = new DemoTable(tiles);
    try (ProgressBar bar = json ? null : TaskBar.show("rendering", tiles)) {
      peers.submit(
          List.of("--job", "mandelbrot", "--size", size, "--output", output.toString()),
          line -> {
            JsonObject event = JsonParser.parseString(line).getAsJsonObject();
            if (event.get("event").getAsString().equals("task")) {
              table.add(event);
              if (bar != null) {
                bar.step();
              }
            }
            if (json) {
              new JsonLines(System.out).print(event);
            }
          });
    }
    table.requireComplete();
    return table;
  }

  private void requireSamePicture(Mandelbrot.Picture picture, Path directory)
      throws IOException, SurgeException {
    Path alone = directory.resolve("rendered-here.png");
    PngFile.renderedHere(picture).write(alone);
    if (!Arrays.equals(Files.readAllBytes(alone), Files.readAllBytes(output))) {
      throw new SurgeException("the picture differs from one rendered in a single process");
    }
    say("the picture equals one rendered in a single process, byte for byte");
  }

  private void report(DemoTable table, JsonObject verdict) throws SurgeException {
    int receipts = table.rows();
    int verified = verdict.get("inBothLedgers").getAsInt();
    Set<String> providers = new LinkedHashSet<>(table.providers());
    if (json) {
      JsonObject done = JsonLines.event("done");
      done.addProperty("tiles", table.tiles());
      done.addProperty("providers", providers.size());
      done.addProperty("receipts", receipts);
      done.addProperty("verified", verified);
      done.addProperty("png", output.toAbsolutePath().toString());
      new JsonLines(System.out).print(done);
    } else {
      table.print(System.out);
      System.out.println();
      System.out.println(
          table.tiles()
              + " tiles by "
              + providers.size()
              + " providers; a process of its own"
              + " verified "
              + verified
              + " of "
              + receipts
              + " receipts in both sides' ledgers");
      System.out.println("picture: " + output);
    }
    if (verified != receipts) {
      throw new SurgeException(
          "only " + verified + " of " + receipts + " receipts stand verified in both ledgers");
    }
  }

  private void say(String line) {
    if (!json) {
      System.out.println(line);
    }
  }
}
