package io.surgemesh.market;

import java.util.regex.Pattern;

/**
 * The name that keeps two meshes on one network apart.
 *
 * <p>Part of every protocol id of Surgemesh's own, every topic, capability key and agreement.
 *
 * @param value 1 to 32 of {@code a-z}, {@code 0-9} and {@code -}
 */
public record MeshName(String value) {
  // Before any name, which is checked against it.
  private static final Pattern FORM = Pattern.compile("[a-z0-9-]{1,32}");

  /** The mesh of those who name none. */
  public static final MeshName PUBLIC = new MeshName("public");

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException when {@code value} is not of that form
   */
  public MeshName {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "a mesh name is 1 to 32 of a-z, 0-9 and '-': " + value.length() + " characters given");
    }
  }

  /** Returns the protocol id {@code /surgemesh/<mesh name>/<suffix>}. */
  public String protocol(String suffix) {
    return "/surgemesh/" + value + "/" + suffix;
  }

  @Override
  public String toString() {
    return value;
  }
}
