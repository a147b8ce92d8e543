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
 * A key pair on disk, in a file that its owner alone can use: libp2p's PrivateKey protobuf, or
 * under a passphrase PKCS #8 with PBES2.
 *
 * <p>The methods block on the disk; with a passphrase each takes some tenths of a second more,
 * which is what a guess costs too. Any thread may call. Several processes may call {@code
 * loadOrCreate} for the same file at once: one of them makes the key, all of them get it.
 *
 * <p>A passphrase has 1 to {@value #PASSPHRASE_CHARACTERS_MAX} characters, else {@link
 * IllegalArgumentException} is thrown; it is overwritten with zeros before a method returns or
 * throws. Who gives one never gets or makes a plain file, and who gives none never gets a key out
 * of an encrypted one.
 */
public final class KeyFile {
  /** The longest passphrase, in characters. */
  public static final int PASSPHRASE_CHARACTERS_MAX = 1024;

  private static final int BYTES_MAX = 1024;

  private KeyFile() {}

  /**
   * Returns the key pair in {@code path}, making a plain file first when there is none.
   *
   * @throws KeyFileRefused when the file there must not be used
   * @throws StorageFailed when the disk fails
   */
  public static KeyPair loadOrCreate(Path path) throws MeshException {
    return ready(path, null);
  }

  /**
   * Returns the key pair in {@code path}, making an encrypted file first when there is none.
   *
   * @throws KeyFileRefused when the file there must not be used, is not encrypted, or has another
   *     passphrase
   * @throws StorageFailed when the disk fails
   */
  public static KeyPair loadOrCreate(Path path, char[] passphrase) throws MeshException {
    requireLength(passphrase);
    try {
      return ready(path, passphrase);
    } finally {
      Arrays.fill(passphrase, '\0');
    }
  }

  private static KeyPair ready(Path path, char @Nullable [] passphrase) throws MeshException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      KeyPair made = KeyPair.generate(new SecureRandom());
      try {
        make(path, content(made, passphrase));
        return made;
      } catch (KeyFileRefused refused) {
        if (refused.reason() != KeyFileRefused.Reason.EXISTS) {
          throw refused;
        }
        // Another process was faster; its key counts.
      }
    }
    return open(path, passphrase);
  }

  /**
   * Returns the key pair in {@code path}, which is a plain file.
   *
   * @throws KeyFileRefused when there is no such file, it is a link or no file, others can read or
   *     write it, it is encrypted, or it does not hold exactly one key pair
   * @throws StorageFailed when the disk fails
   */
  public static KeyPair load(Path path) throws MeshException {
    return open(path, null);
  }

  /**
   * Returns the key pair in {@code path}, which is an encrypted file.
   *
   * @throws KeyFileRefused as {@link #load(Path)} does, and when it is not encrypted or has another
   *     passphrase
   * @throws StorageFailed when the disk fails
   */
  public static KeyPair load(Path path, char[] passphrase) throws MeshException {
    requireLength(passphrase);
    try {
      return open(path, passphrase);
    } finally {
      Arrays.fill(passphrase, '\0');
    }
  }

  private static KeyPair open(Path path, char @Nullable [] passphrase) throws MeshException {
    requireOwnFile(path);
    byte[] content = read(path);
    boolean encrypted = EncryptedKey.isOne(content);
    try {
      if (passphrase == null) {
        if (encrypted) {
          throw refused(path, KeyFileRefused.Reason.ENCRYPTED, null);
        }
        return KeyPair.decode(content);
      }
      if (!encrypted) {
        // Whether it is a key at all says more than that it is plain.
        KeyPair unused = KeyPair.decode(content);
        throw refused(path, KeyFileRefused.Reason.NOT_ENCRYPTED, null);
      }
      return EncryptedKey.open(content, passphrase, EncryptedKey.ITERATIONS)
          .orElseThrow(() -> refused(path, KeyFileRefused.Reason.WRONG_PASSPHRASE, null));
    } catch (MalformedMessageException malformed) {
      throw refused(path, KeyFileRefused.Reason.CORRUPT, malformed);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  /**
   * Writes {@code keyPair} to {@code path} as a plain file, which must not exist yet; after a crash
   * the file is either whole or not there. Directories that are missing are made for the owner
   * alone.
   *
   * @throws KeyFileRefused when {@code path} exists, or its file system cannot keep others out
   * @throws StorageFailed when the disk fails
   */
  public static void create(Path path, KeyPair keyPair) throws MeshException {
    make(path, keyPair.encode());
  }

  /**
   * Writes {@code keyPair} to {@code path} as {@link #create(Path, KeyPair)} does, but encrypted.
   *
   * @throws KeyFileRefused when {@code path} exists, or its file system cannot keep others out
   * @throws StorageFailed when the disk fails
   */
  public static void create(Path path, KeyPair keyPair, char[] passphrase) throws MeshException {
    requireLength(passphrase);
    try {
      make(path, content(keyPair, passphrase));
    } finally {
      Arrays.fill(passphrase, '\0');
    }
  }

  private static void requireLength(char[] passphrase) {
    if (passphrase.length == 0 || passphrase.length > PASSPHRASE_CHARACTERS_MAX) {
      Arrays.fill(passphrase, '\0');
      throw new IllegalArgumentException("passphrase of " + passphrase.length + " characters");
    }
  }

  private static byte[] content(KeyPair keyPair, char @Nullable [] passphrase) {
    return passphrase == null
        ? keyPair.encode()
        : EncryptedKey.seal(keyPair, passphrase, EncryptedKey.ITERATIONS, new SecureRandom());
  }

  private static void make(Path path, byte[] content) throws MeshException {
    Path target = path.toAbsolutePath();
    Path directory = target.getParent();
    Path name = target.getFileName();
    if (directory == null || name == null) {
      Arrays.fill(content, (byte) 0);
      throw refused(path, KeyFileRefused.Reason.NOT_A_FILE, null);
    }
    byte[] salt = new byte[8];
    new SecureRandom().nextBytes(salt);
    Path temporary = directory.resolve("." + name + "." + HexFormat.of().formatHex(salt) + ".new");
    try {
      makeDirectories(path, directory);
      try {
        write(temporary, content);
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
    } finally {
      Arrays.fill(content, (byte) 0);
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

  private static void write(Path file, byte[] content) throws IOException {
    Set<StandardOpenOption> options =
        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    // The permissions are given with the creation: set later, another process could be faster.
    try (FileChannel channel = FileChannel.open(file, options, OwnerOnly.file(file))) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
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
