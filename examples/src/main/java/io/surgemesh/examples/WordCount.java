package io.surgemesh.examples;

import io.surgemesh.job.JobHandler;
import io.surgemesh.job.JobRun;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Counting words: the handler that counts one chunk, and the splitting and merging around it.
 *
 * <p>A word is a maximal run of bytes other than space, tab, newline, vertical tab, form feed and
 * carriage return. No encoding is assumed.
 */
final class WordCount implements JobHandler {
  /** The runtime under which providers offer it. */
  static final String RUNTIME = "java:wordcount";

  private static final int BUFFER_BYTES = 1 << 16;
  private static final long PROGRESS_BYTES = 1 << 20;

  /** What providers grant by default; a table of words cannot grow as long anyway. */
  private static final long OUTPUT_BYTES_MAX = 4L << 30;

  /** A piece of a file that begins and ends at word boundaries. */
  record Chunk(long offset, long bytes) {}

  @Override
  public void run(JobRun run) throws IOException {
    WordTable words = new WordTable();
    try (InputStream in = run.input()) {
      count(in, words, read -> report(run, read));
    }
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(run.output(), BUFFER_BYTES))) {
      words.writeTo(out);
    }
  }

  private static void report(JobRun run, long readBytes) throws IOException {
    if (run.isCancelled()) {
      throw new IOException("cancelled");
    }
    run.progress((int) (1000 * readBytes / Math.max(1, run.inputBytes())));
  }

  /** Told every so often how many bytes were read. */
  @FunctionalInterface
  interface Progress {
    void read(long bytes) throws IOException;
  }

  /** Counts the words of a whole stream into {@code words}. */
  static void count(InputStream in, WordTable words, Progress progress) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    int kept = 0; // bytes of an unfinished word at the buffer's start
    long readBytes = 0;
    long reportAt = 0;
    while (true) {
      if (kept == buffer.length) {
        buffer = java.util.Arrays.copyOf(buffer, Math.multiplyExact(buffer.length, 2));
      }
      int read = in.read(buffer, kept, buffer.length - kept);
      if (read < 0) {
        break;
      }
      int end = kept + read;
      int wordStart = countWords(buffer, kept, end, words);
      kept = end - wordStart;
      System.arraycopy(buffer, wordStart, buffer, 0, kept);
      readBytes += read;
      if (readBytes >= reportAt) {
        progress.read(readBytes);
        reportAt = readBytes + PROGRESS_BYTES;
      }
    }
    if (kept > 0) {
      words.add(buffer, 0, kept, 1);
    }
  }

  /** Counts the words that end before {@code end}; returns where the unfinished one starts. */
  private static int countWords(byte[] buffer, int from, int end, WordTable words) {
    int wordStart = 0;
    for (int i = from; i < end; i++) {
      if (isSeparator(buffer[i])) {
        if (i > wordStart) {
          words.add(buffer, wordStart, i - wordStart, 1);
        }
        wordStart = i + 1;
      }
    }
    return wordStart;
  }

  /** Adds the counts of one chunk's output to {@code words}. */
  static void merge(InputStream output, long outputBytes, WordTable words) throws IOException {
    try (DataInputStream in = new DataInputStream(new BufferedInputStream(output, BUFFER_BYTES))) {
      words.addAll(in, outputBytes);
    }
  }

  /** Returns the longest output that {@code inputBytes} of text can lead to. */
  static long outputBytesMax(long inputBytes) {
    // A word of n >= 3 bytes takes n + 1 of the input and n + 12 of the output, at most 15/4 as
    // much; there are too few shorter words to need more than a mebibyte.
    return Math.min(OUTPUT_BYTES_MAX, Math.addExact(Math.multiplyExact(inputBytes, 4), 1 << 20));
  }

  /** Splits a file into at most {@code chunks} pieces at word boundaries; none is empty. */
  static List<Chunk> split(Path file, int chunks) throws IOException {
    List<Chunk> pieces = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      long start = 0;
      for (int i = 1; i <= chunks && start < size; i++) {
        long wanted = i == chunks ? size : size / chunks * i + size % chunks * i / chunks;
        long end = wanted <= start ? start : nextSeparator(channel, wanted, size);
        if (end > start) {
          pieces.add(new Chunk(start, end - start));
          start = end;
        }
      }
    }
    return pieces;
  }

  private static long nextSeparator(FileChannel channel, long from, long size) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    long at = from;
    while (at < size) {
      buffer.clear();
      int read = channel.read(buffer, at);
      for (int i = 0; i < read; i++) {
        if (isSeparator(buffer.get(i))) {
          return at + i;
        }
      }
      at += Math.max(0, read);
      if (read < 0) {
        break;
      }
    }
    return size;
  }

  private static boolean isSeparator(byte value) {
    return value == ' ' || (value >= '\t' && value <= '\r');
  }
}
