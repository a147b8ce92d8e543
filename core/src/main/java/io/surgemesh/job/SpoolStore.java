package io.surgemesh.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Where inputs and outputs wait, outside the heap on sockets. Thread-safe; used on worker threads.
 */
public interface SpoolStore {
  /** Returns a new empty spool. */
  Spool create() throws IOException;

  /** Bytes written once, then read any number of times. Confined to one thread at a time. */
  interface Spool extends AutoCloseable {
    /** Returns the stream that appends to this spool; always the same one. */
    OutputStream writer() throws IOException;

    /** Returns the bytes written so far. */
    long bytes();

    /** Opens what was written, from its beginning; the writer must be closed. */
    InputStream open() throws IOException;

    /** Deletes what was written. */
    @Override
    void close();
  }
}
