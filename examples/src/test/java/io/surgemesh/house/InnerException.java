package io.surgemesh.house;

/** Not of the API in the test that uses it. */
final class InnerException extends Exception {
  private static final long serialVersionUID = 1;
}
