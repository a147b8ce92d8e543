package io.surgemesh.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Peers as processes of their own: what people see in separate terminals. */
@Tag("socket")
@Timeout(240)
class SurgeProcessesTest {
  private static final int WORDS = 3_000_000;

  @TempDir Path directory;
  private final List<Process> processes = new ArrayList<>();

  private record Node(Process process, String peerId, String address) {}

  @AfterEach
  void killAll() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void countsStayExactWhenAProviderIsKilledAtWork() throws Exception {
    Map<String, Long> expected = new TreeMap<>();
    Path text = writeText(expected);
    Node first = node("n1", "--offer", "cpu=2,memory=1GiB");
    List<Node> nodes =
        List.of(
            first,
            node("n2", "--bootstrap", first.address, "--offer", "cpu=2,memory=1GiB"),
            node("n3", "--bootstrap", first.address, "--offer", "cpu=2,memory=1GiB"));

    JsonObject result = null;
    boolean killed = false;
    Process submit = submit(first.address, text);
    try (BufferedReader out = SurgeProcess.reader(submit)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        result = JsonParser.parseString(line).getAsJsonObject();
        String provider = result.has("provider") ? result.get("provider").getAsString() : "";
        boolean mayDie = !provider.equals(first.peerId);
        if (!killed && mayDie && result.get("event").getAsString().equals("progress")) {
          killed = true;
          nodes.stream()
              .filter(node -> node.peerId.equals(provider))
              .forEach(node -> node.process.destroyForcibly());
        }
      }
    }
    assertThat(submit.waitFor()).isZero();
    assertThat(killed).isTrue();
    assertThat(result).isNotNull();
    assertThat(result.get("event").getAsString()).isEqualTo("result");
    assertThat(result.get("replaced").getAsInt()).isPositive();
    Map<String, Long> counts = new TreeMap<>();
    result
        .getAsJsonObject("counts")
        .entrySet()
        .forEach(entry -> counts.put(entry.getKey(), entry.getValue().getAsLong()));
    assertThat(counts).isEqualTo(expected);
    assertThat(run("ledger", "verify", directory.resolve("buyer").toString())).isZero();
  }

  @Test
  void aNodeThatIsAskedToStopLeavesALedgerThatVerifies() throws Exception {
    Node node = node("n1", "--offer", "cpu=1,memory=512MiB");
    Path text = Files.writeString(directory.resolve("small.txt"), "one two two\n");
    Process submit = submit(node.address, text);
    submit.getInputStream().readAllBytes();
    assertThat(submit.waitFor()).isZero();

    node.process.destroy();
    assertThat(node.process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    Path dataDir = directory.resolve("n1");
    assertThat(dataDir.resolve("ledger.db-wal")).doesNotExist();
    assertThat(run("ledger", "verify", dataDir.toString())).isZero();
    assertThat(run("ledger", "verify", directory.resolve("buyer").toString())).isZero();
  }

  @Test
  void aDataDirectoryInUseIsRefusedInOneLine() throws Exception {
    node("n1");
    Process second = surge("node", "--data", directory.resolve("n1").toString());
    assertThat(second.waitFor()).isEqualTo(1);
    assertThat(new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEmpty();
  }

  @Test
  void throughputIsMeasuredOnlyWhereTheNodeServesIt() throws Exception {
    Node willing = node("n1", "--perf");
    Process perf =
        surge("perf", "--json", willing.address, "--upload", "2MiB", "--download", "3000001");
    JsonObject result =
        JsonParser.parseString(SurgeProcess.reader(perf).readLine()).getAsJsonObject();
    assertThat(perf.waitFor()).isZero();
    assertThat(result.get("peerId").getAsString()).isEqualTo(willing.peerId);
    assertThat(result.get("uploadBytes").getAsLong()).isEqualTo(2 << 20);
    assertThat(result.get("downloadBytes").getAsLong()).isEqualTo(3_000_001);
    assertThat(result.get("uploadNanos").getAsLong()).isPositive();
    assertThat(result.get("downloadNanos").getAsLong()).isPositive();

    assertThat(run("perf", node("n2").address)).isEqualTo(1);
  }

  private Path writeText(Map<String, Long> counts) throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    Path file = directory.resolve("text.txt");
    try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.US_ASCII)) {
      for (int i = 0; i < WORDS; i++) {
        String word = "w" + random.nextInt(2000) + "x".repeat(random.nextInt(8));
        counts.merge(word, 1L, Long::sum);
        out.write(word);
        out.write(" \n\t\r\f\u000b".charAt(random.nextInt(6)));
      }
    }
    return file;
  }

  private Process submit(String bootstrap, Path input) throws IOException {
    return surge(
        "submit",
        "--json",
        "--bootstrap",
        bootstrap,
        "--data",
        directory.resolve("buyer").toString(),
        "--job",
        "wordcount",
        "--input",
        input.toString(),
        "--chunks",
        "12");
  }

  private Node node(String name, String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("node", "--data", directory.resolve(name).toString()));
    arguments.addAll(Arrays.asList(more));
    Process process = surge(arguments.toArray(String[]::new));
    String line = SurgeProcess.reader(process).readLine();
    assertThat(line).as("what %s printed", name).isNotNull();
    JsonObject ready = JsonParser.parseString(line).getAsJsonObject();
    assertThat(ready.get("event").getAsString()).isEqualTo("ready");
    return new Node(
        process,
        ready.get("peerId").getAsString(),
        ready.getAsJsonArray("addresses").get(0).getAsString());
  }

  private int run(String... arguments) throws IOException, InterruptedException {
    return surge(arguments).waitFor();
  }

  private Process surge(String... arguments) throws IOException {
    Process process = SurgeProcess.start(arguments);
    processes.add(process);
    return process;
  }
}
