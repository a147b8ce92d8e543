package io.surgemesh.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.KeyFile;
import io.surgemesh.mesh.Mesh;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Bad input gets one clear line and a code that is not 0, never a stack trace. */
class SurgeCommandTest {
  private static final String STRANGER = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";

  @TempDir Path directory;

  private record Run(int code, String out, String err) {}

  private static Run run(String... arguments) {
    StringWriter err = new StringWriter();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stdout = System.out;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      CommandLine line = Surge.commandLine();
      line.setErr(new PrintWriter(err, true));
      line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
      int code = line.execute(arguments);
      return new Run(code, out.toString(StandardCharsets.UTF_8), err.toString());
    } finally {
      System.setOut(stdout);
    }
  }

  private static void assertOneLine(Run run, String... said) {
    assertThat(run.code).isNotZero();
    List<String> lines = run.err.lines().filter(line -> !line.isBlank()).toList();
    assertThat(lines.get(0)).contains(said);
    assertThat(run.err).doesNotContain("\tat ").doesNotContain("Exception");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "demo",
        "node",
        "submit",
        "offers",
        "ping",
        "perf",
        "ledger",
        "ledger show",
        "ledger export",
        "ledger verify"
      })
  void everyCommandTeaches(String command) {
    String[] words = (command + " --help").strip().split(" ");
    Run run = run(words);
    assertThat(run.code).isZero();
    assertThat(run.out).contains("Usage: surge").contains("--help");
  }

  @Test
  void aTextThatIsNoAddressIsNamed() {
    assertOneLine(run("ping", "localhost:4001"), "localhost:4001", "not an address");
    assertOneLine(
        run("submit", "--job", "wordcount", "--bootstrap", "/ip4/1/tcp/1"), "/ip4/1/tcp/1");
  }

  @Test
  void aPassphraseThatCannotBeHadIsSaidSo() throws IOException {
    Path dataDir = directory.resolve("node");
    Path none = directory.resolve("none");
    assertOneLine(
        run("node", "--data", dataDir.toString(), "--passphrase-file", none.toString()),
        "passphrase file " + none);
    Path empty = Files.writeString(directory.resolve("empty"), "\nsecond line\n");
    assertOneLine(
        run("node", "--data", dataDir.toString(), "--passphrase-file", empty.toString()),
        "1 to 1024 characters");
    Path tooLong = Files.writeString(directory.resolve("long"), "x".repeat(5_000));
    assertOneLine(
        run("node", "--data", dataDir.toString(), "--passphrase-file", tooLong.toString()),
        "1 to 1024 characters");
    assertThat(dataDir).doesNotExist();
  }

  @Test
  void aKeyThatIsNotEncryptedIsNotTakenForOne() throws Exception {
    Path dataDir = Files.createDirectories(directory.resolve("node"));
    KeyFile.loadOrCreate(dataDir.resolve(Mesh.KEY_FILE));
    Path passphrase = Files.writeString(directory.resolve("passphrase"), "correct horse\n");
    assertOneLine(
        run("node", "--data", dataDir.toString(), "--passphrase-file", passphrase.toString()),
        "not encrypted");
  }

  @Test
  void aWrongPassphraseIsSaidSo() throws Exception {
    Path dataDir = Files.createDirectories(directory.resolve("node"));
    KeyFile.loadOrCreate(dataDir.resolve(Mesh.KEY_FILE), "correct horse".toCharArray());
    Path passphrase = Files.writeString(directory.resolve("passphrase"), "correct hors\n");
    assertOneLine(
        run("node", "--data", dataDir.toString(), "--passphrase-file", passphrase.toString()),
        "wrong passphrase");
  }

  @Test
  void anAddressWhereNobodyListensIsUnreachable() {
    assertOneLine(run("ping", "/ip4/127.0.0.1/tcp/1"), "/ip4/127.0.0.1/tcp/1");
    assertOneLine(
        run("offers", "--bootstrap", "/ip4/127.0.0.1/tcp/1/p2p/" + STRANGER),
        "/ip4/127.0.0.1/tcp/1");
  }

  @Test
  void aSizeThatIsNoneIsNamed() {
    String address = "/ip4/127.0.0.1/tcp/1";
    assertOneLine(run("perf", address, "--upload", "much"), "much", "size such as 1GiB");
    assertOneLine(run("perf", address, "--download", "-1"), "-1", "size such as 1GiB");
    assertOneLine(run("perf", address, "--upload", "8388608TiB"), "8388608TiB");
  }

  @Test
  void aMissingInputIsNamedBeforeAnythingStarts() {
    Run run =
        run(
            "submit",
            "--bootstrap",
            "/ip4/127.0.0.1/tcp/1/p2p/" + STRANGER,
            "--job",
            "wordcount",
            "--input",
            directory.resolve("absent.txt").toString());
    assertOneLine(run, "no such file", "absent.txt");
  }

  @Test
  void submittingWithoutAMeshSaysWhatToGive() {
    assertOneLine(run("submit", "--job", "mandelbrot"), "--bootstrap");
    assertOneLine(run("offers"), "--bootstrap");
  }

  @Test
  void anOfferThatMeansNothingIsRefusedAtOnce() {
    assertOneLine(run("node", "--data", directory.toString(), "--offer", "cpus=2"), "cpus", "cpu");
    assertOneLine(
        run("node", "--data", directory.toString(), "--offer", "cpu=much"), "cpu", "much");
  }

  @Test
  void aLedgerThatIsNotThereIsNamed() throws IOException {
    assertOneLine(run("ledger", "show", directory.resolve("absent").toString()), "absent");
    assertOneLine(run("ledger", "verify", directory.toString()), "ledger.db");
    Path garbage = Files.writeString(directory.resolve("garbage"), "no ledger");
    assertOneLine(
        run("ledger", "verify", "--export", garbage.toString(), "--peer", STRANGER), "garbage");
    assertOneLine(run("ledger", "verify"), "--export");
  }
}
