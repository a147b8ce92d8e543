package io.surgemesh.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.multiformats.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolStoreTest {
  @TempDir Path parent;

  private static long count(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.count();
    }
  }

  @Test
  void aFileSpoolIsReadableByItsOwnerOnlyAndGoneWhenClosed() throws Exception {
    Path directory = parent.resolve("spool");
    FileSpoolStore store = new FileSpoolStore(directory);
    SpoolStore.Spool spool = store.create();
    spool.writer().write(new byte[] {1, 2, 3});
    spool.writer().write(4);
    spool.writer().close();

    assertThat(spool.bytes()).isEqualTo(4);
    for (int i = 0; i < 2; i++) {
      try (InputStream input = spool.open()) {
        assertThat(input.readAllBytes()).containsExactly(1, 2, 3, 4);
      }
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
    assertThat(count(directory)).isEqualTo(1);
    spool.close();
    spool.close();
    assertThat(count(directory)).isZero();
  }

  @Test
  void whatAnEarlierRunLeftIsDeletedAtTheStart() throws Exception {
    Path directory = parent.resolve("spool");
    new FileSpoolStore(directory).create().writer().write(1);
    assertThat(count(directory)).isEqualTo(1);

    FileSpoolStore store = new FileSpoolStore(directory);

    assertThat(count(directory)).isZero();
    store.create();
    assertThat(count(directory)).isEqualTo(1);
  }

  @Test
  void aSpoolThatWasNeverWrittenCloses() throws Exception {
    FileSpoolStore store = new FileSpoolStore(parent.resolve("spool"));
    SpoolStore.Spool spool = store.create();
    assertThat(spool.bytes()).isZero();
    spool.close();
    assertThat(count(parent.resolve("spool"))).isZero();
  }

  @Test
  void memorySpoolsAreBoundedTogether() throws Exception {
    MemorySpoolStore store = new MemorySpoolStore(10);
    SpoolStore.Spool first = store.create();
    SpoolStore.Spool second = store.create();
    first.writer().write(new byte[6]);

    assertThatThrownBy(() -> second.writer().write(new byte[5])).isInstanceOf(IOException.class);
    second.writer().write(new byte[4]);
    assertThat(store.usedBytes()).isEqualTo(10);
    first.close();
    first.close();
    assertThat(store.usedBytes()).isEqualTo(4);
    second.close();
    assertThat(store.usedBytes()).isZero();
  }

  @Test
  void aWriterDigestsBoundsAndEnds() throws Exception {
    MemorySpoolStore store = new MemorySpoolStore(1000);
    SpoolWriter writer = new SpoolWriter(store, 5);
    writer.write(new byte[] {1, 2, 3});
    writer.close();
    writer.write(4);
    assertThatThrownBy(() -> writer.write(new byte[2])).isInstanceOf(IOException.class);
    assertThat(writer.overflowed()).isTrue();

    Spooled whole = writer.finish();

    byte[] digest = MessageDigest.getInstance("SHA-256").digest(new byte[] {1, 2, 3, 4});
    assertThat(whole.sha256()).isEqualTo(Bytes.of(digest));
    assertThat(whole.bytes()).isEqualTo(4);
    assertThatThrownBy(() -> writer.write(5)).isInstanceOf(IOException.class);
    writer.discard();
    assertThat(store.usedBytes()).isEqualTo(4);
    whole.spool().close();
    assertThat(store.usedBytes()).isZero();
  }
}
