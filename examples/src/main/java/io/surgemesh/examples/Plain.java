package io.surgemesh.examples;

/** Text from elsewhere made safe to show on a terminal. */
final class Plain {
  private static final int CHARACTERS_MAX = 80;

  private Plain() {}

  /** Returns the text with control characters replaced, cut after 80 characters. */
  static String text(String from) {
    StringBuilder safe = new StringBuilder();
    from.codePoints()
        .limit(CHARACTERS_MAX)
        .forEach(
            c ->
                safe.appendCodePoint(
                    Character.isISOControl(c)
                            || Character.getType(c) == Character.FORMAT
                            || (c >= 0xD800 && c <= 0xDFFF)
                        ? '?'
                        : c));
    return safe.toString();
  }
}
