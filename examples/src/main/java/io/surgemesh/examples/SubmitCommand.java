package io.surgemesh.examples;

import com.google.gson.JsonObject;
import io.surgemesh.job.JobInput;
import io.surgemesh.job.JobSpec;
import io.surgemesh.market.Requirements;
import io.surgemesh.mesh.Mesh;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs one job across a mesh: splits it, places the tasks, merges the results. */
@Command(
    name = "submit",
    mixinStandardHelpOptions = true,
    description = {
      "Run a job across the mesh and print its result.",
      "",
      "wordcount   counts the words of --input FILE; a word is a maximal run of bytes other than",
      "            space, tab, newline, vertical tab, form feed and carriage return",
      "mandelbrot  renders a picture in tiles and writes --output FILE.png",
      "",
      "A task whose provider fails is placed again elsewhere. Receipts signed by both sides are",
      "kept in the ledger of --data DIR. With --json, events come one a line; the last is",
      "  {\"event\":\"result\",\"job\":\"wordcount\",\"replaced\":N,\"counts\":{word:count,...}}",
      "Bytes that are no UTF-8 stand there as \\udc80 to \\udcff, one each."
    },
    footer = {
      "",
      "Example: surge submit --bootstrap /ip4/127.0.0.1/tcp/4001/p2p/12D3... \\",
      "           --job wordcount --input book.txt --json"
    })
final class SubmitCommand implements Callable<Integer> {
  private static final long CHUNK_BYTES = 16L << 20;
  private static final int CHUNKS_MAX = 4096;
  static final int TILE_SIDE = 160;
  private static final int CPU_MILLICORES = 1000;
  private static final long MEMORY_BYTES = 256L << 20;

  /** The jobs this command knows. */
  enum Job {
    /** Counts words. */
    WORDCOUNT,
    /** Renders the Mandelbrot set. */
    MANDELBROT
  }

  @Mixin MeshOptions options = new MeshOptions();

  @Mixin PassphraseOption passphrase = new PassphraseOption();

  @Option(
      names = "--job",
      required = true,
      paramLabel = "JOB",
      description = "One of: wordcount, mandelbrot.")
  Job job = Job.WORDCOUNT;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where key and ledger are kept (default: ~/.surgemesh/requestor).")
  @Nullable Path dataDir;

  @Option(names = "--input", paramLabel = "FILE", description = "The text to count.")
  @Nullable Path input;

  @Option(
      names = "--chunks",
      paramLabel = "N",
      description = "Into how many tasks to split the input (default: one per 16 MiB).")
  @Nullable Integer chunks;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "The picture to write (default: ${DEFAULT-VALUE}).",
      defaultValue = "mandelbrot.png")
  Path output = Path.of("mandelbrot.png");

  @Option(
      names = "--size",
      paramLabel = "WxH",
      defaultValue = "960x640",
      description = "The picture's size in pixels (default: ${DEFAULT-VALUE}).")
  String size = "960x640";

  @Option(
      names = "--deadline",
      paramLabel = "SECONDS",
      defaultValue = "1800",
      description = "Give up after so long (default: ${DEFAULT-VALUE}).")
  int deadlineSeconds = 1800;

  @Override
  public Integer call() throws Exception {
    if (options.bootstrap.isEmpty()) {
      throw new SurgeException("nobody to ask: give --bootstrap ADDR");
    }
    List<WordCount.Chunk> pieces = job == Job.WORDCOUNT ? split() : List.of();
    Path directory = dataDir;
    if (directory == null) {
      directory = Path.of(System.getProperty("user.home", "."), ".surgemesh", "requestor");
      System.err.println("surge: receipts are kept in " + directory);
    }
    try (Mesh mesh = options.join(directory, passphrase, List.of())) {
      Runtime.getRuntime().addShutdownHook(new Thread(mesh::close, "surge-stop"));
      JsonLines lines = options.json ? new JsonLines(System.out) : null;
      TaskRun run = new TaskRun(mesh, lines);
      if (job == Job.WORDCOUNT) {
        countWords(run, pieces, lines);
      } else {
        render(run, lines);
      }
    }
    return 0;
  }

  private Path inputFile() throws SurgeException {
    if (input == null) {
      throw new SurgeException("--job wordcount needs --input FILE");
    }
    if (!Files.exists(input)) {
      throw new SurgeException("no such file: " + input);
    }
    if (!Files.isRegularFile(input) || !Files.isReadable(input)) {
      throw new SurgeException("not a readable file: " + input);
    }
    return input;
  }

  private List<WordCount.Chunk> split() throws Exception {
    Path file = inputFile();
    long wanted = chunks != null ? chunks : (Files.size(file) + CHUNK_BYTES - 1) / CHUNK_BYTES;
    if (chunks != null && (chunks < 1 || chunks > CHUNKS_MAX)) {
      throw new SurgeException("--chunks is 1 to " + CHUNKS_MAX + ", not " + chunks);
    }
    return WordCount.split(file, (int) Math.max(1, Math.min(CHUNKS_MAX, wanted)));
  }

  private void countWords(TaskRun run, List<WordCount.Chunk> pieces, @Nullable JsonLines lines)
      throws Exception {
    Path file = inputFile();
    List<JobSpec> tasks = new ArrayList<>();
    for (WordCount.Chunk piece : pieces) {
      JobInput chunk = JobInput.ofFile(file, piece.offset(), piece.bytes());
      tasks.add(
          spec(chunk, WordCount.RUNTIME)
              .withOutputBytesMax(WordCount.outputBytesMax(piece.bytes())));
    }
    WordTable words = new WordTable();
    run.run(
        "counting",
        tasks,
        (task, result) -> {
          try (InputStream in = result.openOutput()) {
            WordCount.merge(in, result.outputBytes(), words);
          }
        });
    CountReport.print(words, run.replaced(), lines);
  }

  private void render(TaskRun run, @Nullable JsonLines lines) throws Exception {
    Mandelbrot.Picture picture = PictureSize.parse(size);
    List<Mandelbrot.Tile> tiles = picture.tiles(TILE_SIDE);
    List<JobSpec> tasks = new ArrayList<>();
    for (Mandelbrot.Tile tile : tiles) {
      tasks.add(
          spec(JobInput.of(new byte[0]), Mandelbrot.RUNTIME)
              .withArguments(tile.encode())
              .withOutputBytesMax(tile.renderedBytes()));
    }
    PngFile png = new PngFile(picture.width(), picture.height());
    run.run(
        "rendering",
        tasks,
        (task, result) -> {
          try (InputStream in = result.openOutput()) {
            png.draw(tiles.get(task), in.readAllBytes());
          }
        });
    png.write(output);
    if (lines == null) {
      System.out.println(output);
    } else {
      JsonObject line = JsonLines.event("result");
      line.addProperty("job", "mandelbrot");
      line.addProperty("replaced", run.replaced());
      line.addProperty("png", output.toString());
      lines.print(line);
    }
  }

  private JobSpec spec(JobInput chunk, String runtime) {
    Requirements oneCore =
        Requirements.runtime(runtime).withResources(CPU_MILLICORES, MEMORY_BYTES, 0);
    return JobSpec.of(chunk, oneCore).withDeadline(Duration.ofSeconds(deadlineSeconds));
  }
}
