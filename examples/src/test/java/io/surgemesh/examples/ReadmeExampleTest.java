package io.surgemesh.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.Dht;
import io.surgemesh.gossip.OfferGossip;
import io.surgemesh.job.JobInput;
import io.surgemesh.job.JobResult;
import io.surgemesh.job.JobSpec;
import io.surgemesh.market.Requirements;
import io.surgemesh.mesh.Mesh;
import io.surgemesh.mesh.Offering;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the README, word for word, compiled and run on real sockets. */
@Tag("socket")
class ReadmeExampleTest {
  @TempDir Path dir;

  @Test
  void theExampleOfTheReadmeRunsAJobBetweenTwoPeers() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream stdout = System.out;
    System.setOut(new PrintStream(printed, true, UTF_8));
    try {
      example();
    } finally {
      System.setOut(stdout);
    }
    assertThat(printed.toString(UTF_8)).startsWith("HELLO MESH for ");
  }

  private void example() throws Exception {
    // README begin
    Mesh provider =
        Mesh.builder(dir.resolve("provider"))
            .listen("/ip4/127.0.0.1/tcp/0")
            .routing(Dht.joining(List.of()))
            .offers(OfferGossip.defaults())
            .start();
    provider
        .offer(
            Offering.of(
                "java:upper",
                1000,
                256L << 20,
                1,
                run -> {
                  String text = new String(run.input().readAllBytes(), UTF_8);
                  run.output().write(text.toUpperCase(Locale.ROOT).getBytes(UTF_8));
                }))
        .get();

    Mesh requestor =
        Mesh.builder(dir.resolve("requestor"))
            .routing(Dht.joining(provider.addresses()))
            .offers(OfferGossip.defaults())
            .start();
    JobSpec job =
        JobSpec.of(JobInput.of("hello mesh".getBytes(UTF_8)), Requirements.runtime("java:upper"));
    try (JobResult result = requestor.submit(job).get()) {
      System.out.println(
          new String(result.openOutput().readAllBytes(), UTF_8)
              + " for "
              + result.receipt().receipt().amount()
              + " credits, signed by "
              + result.provider());
    }
    // README end
    requestor.close();
    provider.close();
  }

  @Test
  void theReadmeShowsExactlyTheseLines() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("SECURITY.md"))) {
      root = root.getParent();
    }
    String readme = Files.readString(root.resolve("README.md"));
    String source =
        Files.readString(
            root.resolve("examples/src/test/java/io/surgemesh/examples/ReadmeExampleTest.java"));
    String shown = readme.substring(readme.indexOf("```java") + 7);
    shown = shown.substring(0, shown.indexOf("```"));
    String run = source.substring(source.indexOf("// README begin") + 15);
    run = run.substring(0, run.indexOf("// README end"));
    assertThat(withoutSpace(shown)).isEqualTo(withoutSpace(run));
  }

  private static String withoutSpace(String text) {
    return text.replaceAll("\\s", "");
  }
}
