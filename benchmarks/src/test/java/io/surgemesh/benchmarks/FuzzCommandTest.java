package io.surgemesh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class FuzzCommandTest {
  /** So many decoders and machines there are at least, a target for each. */
  private static final int TARGETS_MIN = 25;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String... arguments) {
    return Bench.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  @Test
  void helpSaysWhatIsFuzzedAndForHowLong() {
    assertThat(execute("fuzz", "--help")).isZero();
    assertThat(out.toString()).contains("--minutes", "--only", "--list", "(default: 10)");
  }

  @Test
  void targetsOfAllModulesAreListed() {
    assertThat(execute("fuzz", "--list")).isZero();
    assertThat(out.toString().lines())
        .contains("Yamux", "KadCodec", "RpcCodec", "ControlCodec")
        .doesNotHaveDuplicates()
        .hasSizeGreaterThanOrEqualTo(TARGETS_MIN);
  }

  @Test
  void aTargetThatIsNoneIsWrongUsage() {
    assertThat(execute("fuzz", "--only", "Nothing")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("no such target is built");
  }

  @Test
  void moreThanAWeekIsWrongUsage() {
    assertThat(execute("fuzz", "--minutes", "10081")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("--minutes must be 1 to 10080");
  }

  @Test
  void aTargetIsAClassAmongTheTestsOfAnyModule(@TempDir Path repository) throws IOException {
    Path classes = repository.resolve("some/target/test-classes");
    Path room = Files.createDirectories(classes.resolve("io/room"));
    Files.createFile(room.resolve("ThingFuzz.class"));
    Files.createFile(room.resolve("ThingFuzz$1.class"));
    Files.createFile(room.resolve("ThingTest.class"));
    Files.createDirectories(repository.resolve("docs"));
    List<FuzzTarget> targets = FuzzTarget.under(repository);
    assertThat(targets).containsExactly(new FuzzTarget("Thing", "io.room.ThingFuzz", classes));
    assertThat(targets.get(0).seeds()).isEqualTo(classes.resolve("fuzz/Thing"));
  }
}
