package io.surgemesh.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Permissions for the owner alone: POSIX modes where there are any, access control lists elsewhere.
 *
 * <p>Methods throw {@link UnsupportedOperationException} on a file system that has neither.
 */
final class OwnerOnly {
  // Windows lets these in whatever the list says; its own key files name them too.
  private static final List<String> SYSTEM_PRINCIPALS =
      List.of("NT AUTHORITY\\SYSTEM", "BUILTIN\\Administrators");

  private OwnerOnly() {}

  /** Returns what to create a file with so that it is never open to others: mode 0600. */
  static FileAttribute<?> file(Path path) throws IOException {
    return attribute(path, "rw-------");
  }

  /** Returns what to create a directory with so that it is never open to others: mode 0700. */
  static FileAttribute<?> directory(Path path) throws IOException {
    return attribute(path, "rwx------");
  }

  private static FileAttribute<?> attribute(Path path, String mode) throws IOException {
    Set<String> views = path.getFileSystem().supportedFileAttributeViews();
    if (views.contains("posix")) {
      return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
    }
    if (views.contains("acl")) {
      return new OwnerAcl(List.of(everythingFor(currentUser(path))));
    }
    throw new UnsupportedOperationException("file system without permissions");
  }

  /** Returns whether nobody but the owner can read or write the file, links not followed. */
  static boolean holdsFor(Path path) throws IOException {
    PosixFileAttributeView posix =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (posix != null) {
      Set<PosixFilePermission> others = EnumSet.noneOf(PosixFilePermission.class);
      others.addAll(posix.readAttributes().permissions());
      others.removeAll(PosixFilePermissions.fromString("rwx------"));
      return others.isEmpty();
    }
    AclFileAttributeView acl =
        Files.getFileAttributeView(path, AclFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (acl == null) {
      throw new UnsupportedOperationException("file system without permissions");
    }
    UserPrincipal owner = acl.getOwner();
    for (AclEntry entry : acl.getAcl()) {
      boolean allowed =
          entry.type() == AclEntryType.ALLOW
              && !entry.principal().equals(owner)
              && !SYSTEM_PRINCIPALS.contains(entry.principal().getName());
      if (allowed) {
        return false;
      }
    }
    return true;
  }

  private static AclEntry everythingFor(UserPrincipal user) {
    return AclEntry.newBuilder()
        .setType(AclEntryType.ALLOW)
        .setPrincipal(user)
        .setPermissions(EnumSet.allOf(AclEntryPermission.class))
        .build();
  }

  private static UserPrincipal currentUser(Path path) throws IOException {
    return path.getFileSystem()
        .getUserPrincipalLookupService()
        .lookupPrincipalByName(System.getProperty("user.name"));
  }

  private record OwnerAcl(List<AclEntry> value) implements FileAttribute<List<AclEntry>> {
    @Override
    public String name() {
      return "acl:acl";
    }
  }
}
