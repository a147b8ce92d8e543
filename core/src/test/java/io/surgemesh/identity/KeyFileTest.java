package io.surgemesh.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.surgemesh.identity.MeshException.KeyFileRefused;
import io.surgemesh.identity.MeshException.StorageFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTest {
  private final KeyPair key = KeyPair.fromSeed(new byte[32]);
  private Path file;

  @BeforeEach
  void nameAFileThatDoesNotExist(@TempDir Path directory) {
    file = directory.resolve("node").resolve("identity.key");
  }

  private void assumePosix() {
    assumeTrue(file.getFileSystem().supportedFileAttributeViews().contains("posix"));
  }

  @Test
  void aKeyIsMadeOnceAndThenLoaded() throws MeshException, IOException {
    KeyPair made = KeyFile.loadOrCreate(file);
    assertThat(KeyFile.loadOrCreate(file).peerId()).isEqualTo(made.peerId());
    assertThat(KeyFile.load(file).encode()).isEqualTo(made.encode());
    assertThat(Files.readAllBytes(file)).isEqualTo(made.encode());
  }

  @Test
  void onlyTheOwnerGetsIn() throws MeshException, IOException {
    assumePosix();
    KeyFile.create(file, key);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
        .isEqualTo("rwx------");
  }

  @Test
  void nothingElseIsLeftInTheDirectory() throws MeshException, IOException {
    KeyFile.create(file, key);
    assertThatThrownBy(() -> KeyFile.create(file, key)).isInstanceOf(KeyFileRefused.class);
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void anExistingFileIsNeverOverwritten() throws MeshException, IOException {
    KeyFile.create(file, key);
    refused(KeyFileRefused.Reason.EXISTS, () -> KeyFile.create(file, KeyFile.load(file)));
    assertThat(Files.readAllBytes(file)).isEqualTo(key.encode());
  }

  @Test
  void aMissingFileIsNamed() {
    refused(KeyFileRefused.Reason.MISSING, () -> KeyFile.load(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw--w----", "rw----r--", "rw-----w-", "rw---x---"})
  void aFileThatOthersCanUseIsRefused(String mode) throws MeshException, IOException {
    assumePosix();
    KeyFile.create(file, key);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    refused(KeyFileRefused.Reason.OPEN_TO_OTHERS, () -> KeyFile.load(file));
    refused(KeyFileRefused.Reason.OPEN_TO_OTHERS, () -> KeyFile.loadOrCreate(file));
  }

  @Test
  void aLinkIsRefusedEvenToAGoodFile() throws MeshException, IOException {
    assumePosix();
    KeyFile.create(file, key);
    Path link = Files.createSymbolicLink(file.resolveSibling("link"), file);
    Path dangling = Files.createSymbolicLink(file.resolveSibling("dangling"), link.resolve("x"));
    refused(KeyFileRefused.Reason.SYMBOLIC_LINK, () -> KeyFile.load(link));
    refused(KeyFileRefused.Reason.SYMBOLIC_LINK, () -> KeyFile.loadOrCreate(dangling));
    refused(KeyFileRefused.Reason.EXISTS, () -> KeyFile.create(dangling, key));
  }

  @Test
  void aDirectoryIsRefused() throws IOException {
    Files.createDirectories(file);
    refused(KeyFileRefused.Reason.NOT_A_FILE, () -> KeyFile.load(file));
  }

  @Test
  void aFileThatIsCutOffFlippedOrTooLongIsRefused() throws MeshException, IOException {
    KeyFile.create(file, key);
    byte[] content = key.encode();
    for (int length = 0; length < content.length; length++) {
      Files.write(file, Arrays.copyOf(content, length));
      refused(KeyFileRefused.Reason.CORRUPT, () -> KeyFile.load(file));
    }
    for (int bit = 0; bit < 8 * content.length; bit++) {
      byte[] flipped = content.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file, flipped);
      refused(KeyFileRefused.Reason.CORRUPT, () -> KeyFile.load(file));
    }
    Files.write(file, Arrays.copyOf(content, content.length + 1));
    refused(KeyFileRefused.Reason.CORRUPT, () -> KeyFile.load(file));
    Files.write(file, new byte[100_000]);
    refused(KeyFileRefused.Reason.CORRUPT, () -> KeyFile.load(file));
  }

  @Test
  void aParentThatIsNoDirectoryFailsAsStorage() throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[1]);
    assertThatThrownBy(() -> KeyFile.create(file.resolve("below"), key))
        .isInstanceOf(StorageFailed.class);
    assertThatThrownBy(() -> KeyFile.load(file.resolve("below")))
        .isInstanceOf(StorageFailed.class)
        .extracting(failed -> ((StorageFailed) failed).reason())
        .isEqualTo(StorageFailed.Reason.NOT_READABLE);
  }

  @Test
  void allWhoMakeItAtOnceGetTheSameKey() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<KeyPair>> made = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        made.add(threads.submit(() -> KeyFile.loadOrCreate(file)));
      }
      PeerId first = made.get(0).get().peerId();
      for (Future<KeyPair> each : made) {
        assertThat(each.get().peerId()).isEqualTo(first);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static char[] passphrase() {
    return "correct horse".toCharArray();
  }

  @Test
  void aPassphraseMakesAnEncryptedFileThatOnlyItOpens() throws MeshException, IOException {
    KeyPair made = KeyFile.loadOrCreate(file, passphrase());
    assertThat(KeyFile.loadOrCreate(file, passphrase()).encode()).isEqualTo(made.encode());
    assertThat(KeyFile.load(file, passphrase()).encode()).isEqualTo(made.encode());
    byte[] content = Files.readAllBytes(file);
    assertThat(EncryptedKey.isOne(content)).isTrue();
    refused(KeyFileRefused.Reason.WRONG_PASSPHRASE, () -> KeyFile.load(file, new char[] {'x'}));
    refused(
        KeyFileRefused.Reason.WRONG_PASSPHRASE, () -> KeyFile.loadOrCreate(file, new char[] {'x'}));
    assertThat(Files.readAllBytes(file)).isEqualTo(content);
  }

  @Test
  void anEncryptedFileIsAsClosedToOthersAndAsSafeFromThem() throws MeshException, IOException {
    assumePosix();
    KeyFile.create(file, key, passphrase());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Path link = Files.createSymbolicLink(file.resolveSibling("link"), file);
    refused(KeyFileRefused.Reason.SYMBOLIC_LINK, () -> KeyFile.load(link, passphrase()));
    refused(KeyFileRefused.Reason.EXISTS, () -> KeyFile.create(file, key, passphrase()));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    refused(KeyFileRefused.Reason.OPEN_TO_OTHERS, () -> KeyFile.load(file, passphrase()));
  }

  @Test
  void neitherKindIsTakenForTheOther() throws MeshException, IOException {
    KeyFile.create(file, key);
    refused(KeyFileRefused.Reason.NOT_ENCRYPTED, () -> KeyFile.load(file, passphrase()));
    refused(KeyFileRefused.Reason.NOT_ENCRYPTED, () -> KeyFile.loadOrCreate(file, passphrase()));
    assertThat(Files.readAllBytes(file)).isEqualTo(key.encode());
    Path other = file.resolveSibling("other.key");
    KeyFile.create(other, key, passphrase());
    refused(KeyFileRefused.Reason.ENCRYPTED, () -> KeyFile.load(other));
    refused(KeyFileRefused.Reason.ENCRYPTED, () -> KeyFile.loadOrCreate(other));
  }

  @Test
  void anEncryptedFileThatIsCutOffOrLongerIsRefused() throws MeshException, IOException {
    KeyFile.create(file, key, passphrase());
    byte[] content = Files.readAllBytes(file);
    for (int length = 0; length < content.length; length++) {
      Files.write(file, Arrays.copyOf(content, length));
      refused(KeyFileRefused.Reason.CORRUPT, () -> KeyFile.load(file, passphrase()));
    }
    Files.write(file, Arrays.copyOf(content, content.length + 1));
    refused(KeyFileRefused.Reason.CORRUPT, () -> KeyFile.load(file, passphrase()));
  }

  @Test
  void fewerIterationsThanAreWrittenAreRefused() throws MeshException, IOException {
    KeyFile.create(file, key, passphrase());
    byte[] weak = EncryptedKey.seal(key, passphrase(), 1_000, new SecureRandom());
    Files.write(file, weak);
    refused(KeyFileRefused.Reason.CORRUPT, () -> KeyFile.load(file, passphrase()));
  }

  @Test
  void thePassphraseIsWipedWhateverComesOfIt() throws MeshException {
    char[] missing = passphrase();
    refused(KeyFileRefused.Reason.MISSING, () -> KeyFile.load(file, missing));
    char[] making = passphrase();
    KeyFile.create(file, key, making);
    char[] wrong = "wrong".toCharArray();
    refused(KeyFileRefused.Reason.WRONG_PASSPHRASE, () -> KeyFile.load(file, wrong));
    char[] right = passphrase();
    KeyFile.loadOrCreate(file, right);
    char[] endless = "x".repeat(KeyFile.PASSPHRASE_CHARACTERS_MAX + 1).toCharArray();
    assertThatIllegalArgumentException().isThrownBy(() -> KeyFile.load(file, endless));
    for (char[] used : List.of(missing, making, wrong, right, endless)) {
      assertThat(used).containsOnly('\0');
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyFile.loadOrCreate(file.resolveSibling("none"), new char[0]));
    assertThat(file.resolveSibling("none")).doesNotExist();
  }

  private interface Action {
    void run() throws MeshException;
  }

  private static void refused(KeyFileRefused.Reason reason, Action action) {
    assertThatThrownBy(action::run)
        .isInstanceOf(KeyFileRefused.class)
        .extracting(refused -> ((KeyFileRefused) refused).reason())
        .isEqualTo(reason);
  }
}
