package io.surgemesh.ledger;

import io.surgemesh.identity.MeshException.StorageFailed;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;

/** What the disk or SQLite says went wrong, in the words of this library. */
final class StorageFault {
  // The low byte of a result code is its primary code; the rest only tells more
  // (sqlite.org/rescode).
  private static final int PRIMARY_CODE = 0xff;

  private StorageFault() {}

  /** Returns the exception; {@code otherwise} is the reason when the code says nothing better. */
  static StorageFailed of(Path path, SQLException cause, StorageFailed.Reason otherwise) {
    StorageFailed failed = new StorageFailed(path, reason(cause.getErrorCode(), otherwise));
    failed.initCause(cause);
    return failed;
  }

  static StorageFailed of(Path path, IOException cause, StorageFailed.Reason reason) {
    StorageFailed failed = new StorageFailed(path, reason);
    failed.initCause(cause);
    return failed;
  }

  private static StorageFailed.Reason reason(int code, StorageFailed.Reason otherwise) {
    int primary = code & PRIMARY_CODE;
    if (primary == SQLiteErrorCode.SQLITE_CORRUPT.code
        || primary == SQLiteErrorCode.SQLITE_NOTADB.code) {
      return StorageFailed.Reason.CORRUPT;
    }
    if (primary == SQLiteErrorCode.SQLITE_FULL.code) {
      return StorageFailed.Reason.FULL;
    }
    if (primary == SQLiteErrorCode.SQLITE_BUSY.code
        || primary == SQLiteErrorCode.SQLITE_LOCKED.code) {
      return StorageFailed.Reason.LOCKED;
    }
    return otherwise;
  }
}
