package io.surgemesh.hostbench;

import io.surgemesh.crypto.Aead;
import io.surgemesh.crypto.Primitives;
import io.surgemesh.session.TlsRecordCipher;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Uses as much of a processor as an attacker does, slice by slice, and does nobody any harm, until
 * its stdin ends: it encrypts records and throws them away. Waiting in a loop instead would leave
 * more to others than any client that works: its share of the caches, and of a core whose threads
 * are two processors.
 */
@Command(name = "burn")
final class Burner implements Callable<Integer> {
  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int RECORDS = 4;
  private static final Aead.Algorithm ALGORITHM = Aead.Algorithm.AES_128_GCM;
  private static final int CONTENT_TYPE = 23;

  /**
   * A processor that all want is shared by threads. With few of them the honest peer would be given
   * more of it here than beside the attacker, whose threads are more than two.
   */
  private static final int THREADS = 8;

  /** Processor time of each slice, in order and again and again. */
  @Option(names = "--cpu", split = ",")
  private List<Long> cpuNanos = List.of(250_000_000L);

  /** How long each slice takes. */
  @Option(names = "--slices", split = ",")
  private List<Long> sliceNanos = List.of(500_000_000L);

  @Override
  public Integer call() {
    OurPeer.tell("burning");
    StdinEnd end = StdinEnd.watch();
    long begunNanos = System.nanoTime();
    for (int i = 1; i < THREADS; i++) {
      Thread other = new Thread(() -> burn(begunNanos, end), "burner-" + i);
      other.setDaemon(true);
      other.start();
    }
    burn(begunNanos, end);
    return CommandLine.ExitCode.OK;
  }

  private void burn(long begunNanos, StdinEnd end) {
    TlsRecordCipher cipher =
        new TlsRecordCipher(
            Primitives.java().aead(ALGORITHM, new byte[ALGORITHM.keyBytes()]),
            new byte[TlsRecordCipher.IV_BYTES]);
    byte[] content = new byte[TlsRecordCipher.CONTENT_BYTES_MAX];
    byte[] record = new byte[content.length + TlsRecordCipher.OVERHEAD_BYTES];
    long nextNanos = begunNanos;
    // All of the process counts, as it does of the attacker: its compilers work too. And it counts
    // from the beginning: the clock of a process ticks too seldom to begin anew with each slice.
    long dueCpuNanos = ThisProcess.cpuNanos();
    for (int slice = 0; !end.isReached(); slice = (slice + 1) % sliceNanos.size()) {
      long fromNanos = nextNanos;
      long lengthNanos = sliceNanos.get(slice);
      nextNanos = fromNanos + lengthNanos;
      double share = cpuNanos.get(slice) / (double) lengthNanos;
      while (System.nanoTime() - nextNanos < 0 && !end.isReached()) {
        if (ThisProcess.cpuNanos() - dueCpuNanos < share * (System.nanoTime() - fromNanos)) {
          for (int i = 0; i < RECORDS; i++) {
            cipher.seal(CONTENT_TYPE, content, 0, content.length, record, 0);
          }
        } else {
          LockSupport.parkNanos(REST_NANOS);
        }
      }
      dueCpuNanos += cpuNanos.get(slice);
    }
  }
}
