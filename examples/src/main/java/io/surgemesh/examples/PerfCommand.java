package io.surgemesh.examples;

import com.google.gson.JsonObject;
import io.surgemesh.host.Connection;
import io.surgemesh.host.Host;
import io.surgemesh.host.Perf;
import io.surgemesh.host.PerfResult;
import io.surgemesh.host.PerfRun;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.mesh.Mesh;
import io.surgemesh.multiformats.Multiaddr;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures the throughput to a peer and back, as a stranger with a fresh identity. */
@Command(
    name = "perf",
    mixinStandardHelpOptions = true,
    description = {
      "Connect to a libp2p peer that serves /perf/1.0.0 and measure throughput on one stream.",
      "",
      "First so many bytes go there, then so many come back. \"surge node --perf\" serves it.",
      "The first second of a JVM is slow: give enough bytes."
    })
final class PerfCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MIB = 1 << 20;
  private static final long REFRESH_MILLIS = 100;

  @Parameters(
      paramLabel = "ADDR",
      converter = Addresses.class,
      description = "With whom to measure.")
  Multiaddr address = Multiaddr.of("/ip4/127.0.0.1/tcp/4001");

  @Option(
      names = "--upload",
      paramLabel = "BYTES",
      converter = ByteSize.class,
      defaultValue = "256MiB",
      description = "How much to send, as in 1GiB or 64000 (default: ${DEFAULT-VALUE}).")
  long uploadBytes;

  @Option(
      names = "--download",
      paramLabel = "BYTES",
      converter = ByteSize.class,
      defaultValue = "256MiB",
      description = "How much to have sent back (default: ${DEFAULT-VALUE}).")
  long downloadBytes;

  @Option(names = "--json", description = "Print one JSON object a line on stdout.")
  boolean json;

  @Override
  public Integer call() throws Exception {
    KeyPair stranger = KeyPair.generate(new SecureRandom());
    try (Host host = Mesh.openHost(stranger, List.of())) {
      Connection connection = host.connect(address).get();
      PerfRun run = Perf.start(host, connection.remotePeer(), uploadBytes, downloadBytes, PATIENCE);
      PerfResult result = json ? run.result().get() : showing(run);
      print(connection.remotePeer().toString(), result);
    }
    return 0;
  }

  private PerfResult showing(PerfRun run) throws ExecutionException, InterruptedException {
    long steps = uploadBytes / MIB + downloadBytes / MIB;
    try (ProgressBar bar = TaskBar.show("MiB", (int) Math.min(Integer.MAX_VALUE, steps))) {
      while (true) {
        try {
          PerfResult result = run.result().get(REFRESH_MILLIS, TimeUnit.MILLISECONDS);
          bar.stepTo(bar.getMax());
          return result;
        } catch (TimeoutException underWay) {
          bar.stepTo((run.uploadedBytes() + run.downloadedBytes()) / MIB);
        }
      }
    }
  }

  private void print(String peer, PerfResult result) {
    if (json) {
      JsonObject measured = JsonLines.event("perf");
      measured.addProperty("peerId", peer);
      measured.addProperty("uploadBytes", uploadBytes);
      measured.addProperty("uploadNanos", result.upload().toNanos());
      measured.addProperty("downloadBytes", downloadBytes);
      measured.addProperty("downloadNanos", result.download().toNanos());
      new JsonLines(System.out).print(measured);
    } else {
      print("to", peer, uploadBytes, result.upload());
      print("from", peer, downloadBytes, result.download());
    }
  }

  private static void print(String direction, String peer, long bytes, Duration time) {
    if (bytes > 0) {
      double seconds = Math.max(1, time.toNanos()) / 1e9;
      double mib = bytes / (double) MIB;
      System.out.printf(
          Locale.ROOT,
          "%.1f MiB %s %s in %.3f s: %.1f MiB/s%n",
          mib,
          direction,
          peer,
          seconds,
          mib / seconds);
    }
  }
}
