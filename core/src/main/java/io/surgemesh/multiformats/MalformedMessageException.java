package io.surgemesh.multiformats;

/**
 * Says that bytes or text from a peer do not have the form they must have.
 *
 * <p>It is the peer's fault, never ours, and is caught where the peer is scored. It carries no
 * stack trace, so that a flood of bad input stays cheap. The message is printable ASCII of at most
 * {@value #MESSAGE_CHARACTERS_MAX} characters, whatever it was made from.
 */
public final class MalformedMessageException extends Exception {
  /** The longest message kept, in characters; the rest is cut off. */
  public static final int MESSAGE_CHARACTERS_MAX = 200;

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what is wrong; other characters than printable ASCII become a question mark
   */
  public MalformedMessageException(String message) {
    super(printable(message), null, false, false);
  }

  private static String printable(String message) {
    int length = Math.min(message.length(), MESSAGE_CHARACTERS_MAX);
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      char c = message.charAt(i);
      text.append(c >= 0x20 && c < 0x7f ? c : '?');
    }
    return text.toString();
  }
}
