package io.surgemesh.market;

import io.surgemesh.multiformats.MalformedMessageException;
import java.util.regex.Pattern;

/**
 * Something that runs jobs at a provider, such as {@code java:wordcount}.
 *
 * @param name family, colon and what the family runs: 1 to 16 of {@code a-z}, {@code 0-9} and
 *     {@code -}, then 1 to 64 of letters, digits and {@code . _ - $}
 * @param version at most 32 bytes, empty when it has none
 */
public record JobRuntime(String name, String version) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,16}:[A-Za-z0-9._$-]{1,64}");

  /**
   * Checks the forms.
   *
   * @throws IllegalArgumentException when the name or the version has another form
   */
  public JobRuntime {
    requireName(name);
    Ranges.requireLabel(version, 32, "runtime version");
  }

  /** Returns the runtime of that name, without a version. */
  public static JobRuntime named(String name) {
    return new JobRuntime(name, "");
  }

  /** Returns the part of the name before the colon, such as {@code java}. */
  public String family() {
    return familyOf(name);
  }

  static String familyOf(String name) {
    return name.substring(0, name.indexOf(':'));
  }

  static void requireName(String name) {
    Ranges.require(
        NAME.matcher(name).matches(), "a runtime's name has the form family:name, as in java:sum");
  }

  io.surgemesh.wire.pb.Runtime toMessage() {
    return io.surgemesh.wire.pb.Runtime.newBuilder().setName(name).setVersion(version).build();
  }

  static JobRuntime fromMessage(io.surgemesh.wire.pb.Runtime message)
      throws MalformedMessageException {
    return Decoding.value(() -> new JobRuntime(message.getName(), message.getVersion()));
  }
}
