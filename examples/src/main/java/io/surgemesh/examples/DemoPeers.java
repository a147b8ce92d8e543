package io.surgemesh.examples;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The JVMs of the demo: started, talked to through their JSON lines, and stopped in any case. */
final class DemoPeers implements AutoCloseable {
  private static final int STOP_SECONDS = 30;

  private record Peer(Process process, Path dataDir, String peerId, String address) {}

  private final Path directory;
  private final List<Process> processes = new CopyOnWriteArrayList<>();
  private final List<Peer> providers = new ArrayList<>();
  private String seedAddress = "";

  DemoPeers(Path directory) {
    this.directory = directory;
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "surge-demo-stop"));
  }

  /** Starts a seed, then the providers side by side; returns when all are ready. */
  void start(int count) throws IOException, SurgeException {
    Path seedDir = directory.resolve("seed");
    seedAddress = ready(spawn("node", "--data", seedDir.toString()), seedDir).address;
    List<Process> starting = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      starting.add(
          spawn(
              "node",
              "--data",
              providerDir(i).toString(),
              "--bootstrap",
              seedAddress,
              "--offer",
              "cpu=1,memory=512MiB",
              "--price",
              "cpu-second=" + (1000 + 50 * i)));
    }
    for (int i = 0; i < count; i++) {
      providers.add(ready(starting.get(i), providerDir(i)));
    }
  }

  /** Runs the requestor to its end, handing each line it prints to {@code lines}. */
  void submit(List<String> arguments, Consumer<String> lines)
      throws IOException, InterruptedException, SurgeException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "submit",
                "--json",
                "--data",
                requestorDir().toString(),
                "--bootstrap",
                seedAddress));
    command.addAll(arguments);
    run(lines, command.toArray(String[]::new));
  }

  /** Asks every peer to leave, and waits until it has. */
  void stop() throws InterruptedException, SurgeException {
    processes.forEach(Process::destroy);
    for (Process process : processes) {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        throw new SurgeException("a peer did not stop within " + STOP_SECONDS + " s");
      }
    }
  }

  /** Exports every ledger, then has a separate process verify the exports; returns its verdict. */
  JsonObject verifyLedgers() throws IOException, InterruptedException, SurgeException {
    List<Path> ledgers = new ArrayList<>(List.of(requestorDir()));
    providers.forEach(provider -> ledgers.add(provider.dataDir));
    List<String> verify = new ArrayList<>(List.of("ledger", "verify", "--json"));
    List<String> peerIds = new ArrayList<>();
    for (int i = 0; i < ledgers.size(); i++) {
      Path export = directory.resolve("ledger-" + i + ".export");
      List<String> printed = new ArrayList<>();
      run(
          printed::add,
          "ledger",
          "export",
          "--json",
          ledgers.get(i).toString(),
          "--output",
          export.toString());
      verify.addAll(List.of("--export", export.toString()));
      peerIds.add(parse(printed).get("peerId").getAsString());
    }
    peerIds.forEach(peerId -> verify.addAll(List.of("--peer", peerId)));
    List<String> printed = new ArrayList<>();
    run(printed::add, verify.toArray(String[]::new));
    return parse(printed);
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
  }

  private Path providerDir(int number) {
    return directory.resolve("provider-" + number);
  }

  private Path requestorDir() {
    return directory.resolve("requestor");
  }

  private static JsonObject parse(List<String> printed) throws SurgeException {
    if (printed.isEmpty()) {
      throw new SurgeException("a command printed nothing");
    }
    return JsonParser.parseString(printed.get(printed.size() - 1)).getAsJsonObject();
  }

  private static Peer ready(Process process, Path dataDir) throws IOException, SurgeException {
    BufferedReader out = SurgeProcess.reader(process);
    String line = out.readLine();
    if (line == null) {
      throw new SurgeException("a peer ended before it was ready, see above");
    }
    JsonObject ready = JsonParser.parseString(line).getAsJsonObject();
    JsonElement address = ready.getAsJsonArray("addresses").get(0);
    return new Peer(process, dataDir, ready.get("peerId").getAsString(), address.getAsString());
  }

  private void run(Consumer<String> lines, String... arguments)
      throws IOException, InterruptedException, SurgeException {
    Process process = spawn(arguments);
    try (BufferedReader out = SurgeProcess.reader(process)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.accept(line);
      }
    }
    int code = process.waitFor();
    if (code != 0) {
      throw new SurgeException(
          "surge " + arguments[0] + " ended with code " + code + ", see above");
    }
  }

  private Process spawn(String... arguments) throws IOException {
    Process process = SurgeProcess.start(arguments);
    processes.add(process);
    return process;
  }
}
