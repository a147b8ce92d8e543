package io.surgemesh.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.MeshException.StorageFailed;
import io.surgemesh.identity.Signatures;
import io.surgemesh.market.Damage;
import io.surgemesh.multiformats.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerExportTest {
  private final Books books = Books.honest(50);
  private final Signatures signatures = new RememberedSignatures();

  @TempDir private Path temp;

  private Path export(List<Bytes> envelopes) throws MeshException {
    Path target = temp.resolve("export");
    long entries = LedgerExport.write(target, books.owner(), LedgerSource.of(envelopes));
    assertThat(entries).isEqualTo(envelopes.size());
    return target;
  }

  private LedgerReport verify(Path export) throws MeshException {
    try (LedgerExport source = LedgerExport.open(export)) {
      return LedgerVerifier.verify(source.owner(), signatures, source);
    }
  }

  private boolean holds(byte[] content) {
    try {
      Path target = temp.resolve("changed");
      Files.write(target, content);
      return verify(target).holds();
    } catch (IOException failed) {
      throw new AssertionError(failed);
    } catch (MeshException refused) {
      return false;
    }
  }

  @Test
  void anExportedLedgerVerifiesWithNothingElse() throws Exception {
    try (SqliteLedgerStore store = SqliteLedgerStore.open(temp.resolve("data"))) {
      store.append(0, books.envelopes()).join();
    }
    Path target = temp.resolve("export");
    try (LedgerSource source =
        SqliteLedgerStore.openReadOnly(temp.resolve("data").resolve("ledger.db"))) {
      assertThat(LedgerExport.write(target, books.owner(), source)).isEqualTo(6);
    }
    LedgerReport report = verify(target);
    assertThat(report.fault()).isEmpty();
    assertThat(report.owner()).isEqualTo(books.owner());
    assertThat(report.entries()).isEqualTo(6);
    try (LedgerExport again = LedgerExport.open(target)) {
      for (Bytes envelope : books.envelopes()) {
        assertThat(again.next()).contains(envelope);
      }
      assertThat(again.next()).isEmpty();
      assertThat(again.next()).isEmpty();
    }
  }

  @Test
  void anEmptyLedgerCanBeExported() throws Exception {
    assertThat(verify(export(List.of())).entries()).isZero();
  }

  @Test
  void noByteOfAnExportCanBeChangedOrCutUnnoticed() throws Exception {
    byte[] whole = Files.readAllBytes(export(books.envelopes().subList(0, 3)));
    assertThat(holds(whole)).isTrue();
    assertThat(Damage.unnoticed(whole, this::holds)).isEmpty();
    assertThat(holds(Arrays.copyOf(whole, whole.length + 1))).isFalse();
  }

  @Test
  void entriesLeftOutOfAnExportAreNoticed() throws Exception {
    List<Bytes> envelopes = books.envelopes();
    envelopes.remove(2);
    assertThat(verify(export(envelopes)).fault()).isPresent();
  }

  @Test
  void hugeFramesAreRefusedBeforeTheyAreRead() throws Exception {
    byte[] magic = "surgemesh-ledger-export 1\n".getBytes(StandardCharsets.US_ASCII);
    byte[] huge = Arrays.copyOf(magic, magic.length + 9);
    Arrays.fill(huge, magic.length, huge.length - 1, (byte) 0xff);
    huge[huge.length - 1] = 0x7f;
    Path target = Files.write(temp.resolve("huge"), huge);
    assertThatThrownBy(() -> LedgerExport.open(target))
        .isInstanceOfSatisfying(
            StorageFailed.class,
            failed -> assertThat(failed.reason()).isEqualTo(StorageFailed.Reason.CORRUPT));
    assertThatThrownBy(() -> LedgerExport.open(temp.resolve("nothing")))
        .isInstanceOfSatisfying(
            StorageFailed.class,
            failed -> assertThat(failed.reason()).isEqualTo(StorageFailed.Reason.NOT_READABLE));
  }
}
