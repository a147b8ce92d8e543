package io.surgemesh.job;

import io.surgemesh.identity.MeshException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Spools as files of one directory, which only the owner can read.
 *
 * <p>The directory is this store's alone: spools that it holds at the start, files ending in {@code
 * .spool}, are deleted. A spool's file exists from its creation until it is closed. Bounded by the
 * disk and by what the provider lets in.
 */
public final class FileSpoolStore implements SpoolStore {
  private static final String SUFFIX = ".spool";
  private static final int BUFFER_BYTES = 64 * 1024;

  private final Path directory;
  private final AtomicLong created = new AtomicLong();

  /**
   * Creates the directory if it is missing and deletes old spools; blocks.
   *
   * @throws MeshException {@code StorageFailed} when it cannot be created or a spool not deleted
   */
  public FileSpoolStore(Path directory) throws MeshException {
    this.directory = directory;
    try {
      Files.createDirectories(directory, ownerOnly("rwx------"));
      if (isPosix()) {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
      }
      try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
        for (Path file : left) {
          Files.delete(file);
        }
      }
    } catch (IOException failure) {
      throw notWritable(directory, failure);
    }
  }

  private static MeshException notWritable(Path directory, IOException failure) {
    MeshException refused =
        new MeshException.StorageFailed(directory, MeshException.StorageFailed.Reason.NOT_WRITABLE);
    refused.initCause(failure);
    return refused;
  }

  @Override
  public Spool create() throws IOException {
    Path file = directory.resolve(created.getAndIncrement() + SUFFIX);
    Files.createFile(file, ownerOnly("rw-------"));
    return new FileSpool(file);
  }

  private static boolean isPosix() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  }

  private static FileAttribute<?>[] ownerOnly(String modes) {
    return isPosix()
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(modes))
        }
        : new FileAttribute<?>[0];
  }

  private static final class FileSpool implements Spool {
    private final Path file;
    private @Nullable CountingStream writer;

    FileSpool(Path file) {
      this.file = file;
    }

    @Override
    public OutputStream writer() throws IOException {
      CountingStream present = writer;
      if (present == null) {
        present = new CountingStream(Files.newOutputStream(file, StandardOpenOption.WRITE));
        writer = present;
      }
      return present;
    }

    @Override
    public long bytes() {
      return writer == null ? 0 : writer.written;
    }

    @Override
    public InputStream open() throws IOException {
      return new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
    }

    @Override
    public void close() {
      try {
        if (writer != null) {
          writer.abandon();
        }
        Files.deleteIfExists(file);
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }

  private static final class CountingStream extends BufferedOutputStream {
    private final OutputStream file;
    private long written;

    CountingStream(OutputStream file) {
      super(file, BUFFER_BYTES);
      this.file = file;
    }

    @Override
    public synchronized void write(int one) throws IOException {
      super.write(one);
      written++;
    }

    @Override
    public synchronized void write(byte[] from, int offset, int length) throws IOException {
      super.write(from, offset, length);
      written += length;
    }

    /** Closes the file without writing what is left. */
    void abandon() throws IOException {
      file.close();
    }
  }
}
