package io.surgemesh.identity;

import io.surgemesh.identity.MeshException.KeyFileRefused;
import io.surgemesh.identity.MeshException.StorageFailed;
import io.surgemesh.multiformats.MalformedMessageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key pair on disk: libp2p's PrivateKey protobuf in a file that its owner alone can use.
 *
 * <p>The methods block on the disk; any thread may call. Several processes may call {@link
 * #loadOrCreate} for the same file at once: one of them makes the key, all of them get it.
 */
public final class KeyFile {
  private static final int BYTES_MAX = 1024;

  private KeyFile() {}

  /**
   * Returns the key pair in {@code path}, making one first when there is no such file.
   *
   * @throws KeyFileRefused when the file there must not be used
   * @throws StorageFailed when the disk fails
   */
  public static KeyPair loadOrCreate(Path path) throws MeshException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      KeyPair made = KeyPair.generate(new SecureRandom());
      try {
        create(path, made);
        return made;
      } catch (KeyFileRefused refused) {
        if (refused.reason() != KeyFileRefused.Reason.EXISTS) {
          throw refused;
        }
        // Another process was faster; its key counts.
      }
    }
    return load(path);
  }

  /**
   * Returns the key pair in {@code path}.
   *
   * @throws KeyFileRefused when there is no such file, it is a link or no file, others can read or
   *     write it, or it does not hold exactly one key pair
   * @throws StorageFailed when the disk fails
   */
  public static KeyPair load(Path path) throws MeshException {
    requireOwnFile(path);
    byte[] content = read(path);
    try {
      return KeyPair.decode(content);
    } catch (MalformedMessageException malformed) {
      throw refused(path, KeyFileRefused.Reason.CORRUPT, malformed);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  /**
   * Writes {@code keyPair} to {@code path}, which must not exist yet; after a crash the file is
   * either whole or not there. Directories that are missing are made for the owner alone.
   *
   * @throws KeyFileRefused when {@code path} exists, or its file system cannot keep others out
   * @throws StorageFailed when the disk fails
   */
  public static void create(Path path, KeyPair keyPair) throws MeshException {
    Path target = path.toAbsolutePath();
    Path directory = target.getParent();
    Path name = target.getFileName();
    if (directory == null || name == null) {
      throw refused(path, KeyFileRefused.Reason.NOT_A_FILE, null);
    }
    byte[] salt = new byte[8];
    new SecureRandom().nextBytes(salt);
    Path temporary = directory.resolve("." + name + "." + HexFormat.of().formatHex(salt) + ".new");
    try {
      makeDirectories(path, directory);
      try {
        write(temporary, keyPair);
        place(temporary, target);
      } finally {
        Files.deleteIfExists(temporary);
      }
      syncDirectory(directory);
    } catch (FileAlreadyExistsException exists) {
      throw refused(path, KeyFileRefused.Reason.EXISTS, exists);
    } catch (UnsupportedOperationException unprotected) {
      throw refused(path, KeyFileRefused.Reason.UNPROTECTED_FILE_SYSTEM, unprotected);
    } catch (IOException failed) {
      throw failed(path, StorageFailed.Reason.NOT_WRITABLE, failed);
    }
  }

  private static void makeDirectories(Path path, Path directory) throws IOException, StorageFailed {
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(directory, OwnerOnly.directory(directory));
      }
    } catch (FileAlreadyExistsException noDirectory) {
      // It is not the key file that exists.
      throw failed(path, StorageFailed.Reason.NOT_WRITABLE, noDirectory);
    }
  }

  private static void write(Path file, KeyPair keyPair) throws IOException {
    Set<StandardOpenOption> options =
        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    byte[] content = keyPair.encode();
    // The permissions are given with the creation: set later, another process could be faster.
    try (FileChannel channel = FileChannel.open(file, options, OwnerOnly.file(file))) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  /** Gives a file its final name unless that is taken, in one step where the system can. */
  private static void place(Path temporary, Path target) throws IOException {
    try {
      // Unlike a move, a second name fails atomically when the target exists.
      Files.createLink(target, temporary);
    } catch (FileAlreadyExistsException exists) {
      throw exists;
    } catch (UnsupportedOperationException | FileSystemException linkless) {
      Files.move(temporary, target);
    }
  }

  private static void syncDirectory(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException unsupported) {
      // Windows cannot open directories, and keeps names safe without this.
    }
  }

  private static void requireOwnFile(Path path) throws MeshException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.isSymbolicLink()) {
        throw refused(path, KeyFileRefused.Reason.SYMBOLIC_LINK, null);
      }
      if (!attributes.isRegularFile()) {
        throw refused(path, KeyFileRefused.Reason.NOT_A_FILE, null);
      }
      if (!OwnerOnly.holdsFor(path)) {
        throw refused(path, KeyFileRefused.Reason.OPEN_TO_OTHERS, null);
      }
    } catch (NoSuchFileException missing) {
      throw refused(path, KeyFileRefused.Reason.MISSING, missing);
    } catch (UnsupportedOperationException unprotected) {
      throw refused(path, KeyFileRefused.Reason.UNPROTECTED_FILE_SYSTEM, unprotected);
    } catch (IOException failed) {
      throw failed(path, StorageFailed.Reason.NOT_READABLE, failed);
    }
  }

  private static byte[] read(Path path) throws MeshException {
    Set<OpenOption> options = new LinkedHashSet<>();
    options.add(StandardOpenOption.READ);
    options.add(LinkOption.NOFOLLOW_LINKS);
    try (SeekableByteChannel channel = Files.newByteChannel(path, options)) {
      // One byte more than a key can have tells a longer file.
      ByteBuffer content = ByteBuffer.allocate(BYTES_MAX + 1);
      int read = 0;
      while (read >= 0 && content.hasRemaining()) {
        read = channel.read(content);
      }
      byte[] exact = Arrays.copyOf(content.array(), content.position());
      Arrays.fill(content.array(), (byte) 0);
      if (exact.length == 0 || exact.length > BYTES_MAX) {
        throw refused(path, KeyFileRefused.Reason.CORRUPT, null);
      }
      return exact;
    } catch (IOException failed) {
      throw failed(path, StorageFailed.Reason.NOT_READABLE, failed);
    }
  }

  private static KeyFileRefused refused(
      Path path, KeyFileRefused.Reason reason, @Nullable Throwable cause) {
    KeyFileRefused refused = new KeyFileRefused(path, reason);
    refused.initCause(cause);
    return refused;
  }

  private static StorageFailed failed(Path path, StorageFailed.Reason reason, IOException cause) {
    StorageFailed failed = new StorageFailed(path, reason);
    failed.initCause(cause);
    return failed;
  }
}
