package io.surgemesh.examples;

/** What a command could not do, in one line for the person who ran it. */
final class SurgeException extends Exception {
  private static final long serialVersionUID = 1L;

  SurgeException(String line) {
    super(line);
  }
}
