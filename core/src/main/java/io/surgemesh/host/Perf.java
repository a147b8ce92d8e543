package io.surgemesh.host;

import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.PeerId;
import java.time.Duration;

/**
 * Measures throughput: so many bytes to the other side, then so many back, on one stream.
 *
 * <p>No host serves it unasked: one small request makes the server send up to 2^64 - 1 bytes.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/perf/perf.md">libp2p perf spec, r0</a>
 */
public final class Perf {
  /** The protocol's name. */
  public static final ProtocolId PROTOCOL = new ProtocolId("/perf/1.0.0");

  /** The most streams a server has open at once; it resets what is beyond. */
  public static final int STREAMS_MAX = 64;

  /** The most streams a server has open at once with one peer; it resets what is beyond. */
  public static final int STREAMS_PER_PEER_MAX = 16;

  /** How many seconds a server bears a peer that neither sends nor reads before it resets. */
  public static final int STALL_SECONDS = 60;

  /** The size of the client's only number: how many bytes it wants, big-endian and unsigned. */
  static final int REQUEST_BYTES = Long.BYTES;

  private Perf() {}

  /**
   * Lets every peer that connects have itself sent as much as it reads, and send what it likes.
   *
   * <p>Meant for peers that are there to be measured; {@link Host#unhandle} ends it.
   */
  public static void serve(Host host) {
    PerfSlots slots = new PerfSlots();
    host.handle(PROTOCOL, stream -> new PerfResponder(slots, stream));
  }

  /**
   * Begins one measurement, connecting first when need be.
   *
   * @param uploadBytes how many zeros to send, not negative
   * @param downloadBytes how many to ask for, not negative
   * @param patience how long nothing may move before it fails
   * @return what tells how far it is; its result fails with {@link MeshException} when the peer
   *     cannot be had, does not serve it, breaks off, stalls or sends another number of bytes
   */
  public static PerfRun start(
      Host host, PeerId peer, long uploadBytes, long downloadBytes, Duration patience) {
    if (uploadBytes < 0 || downloadBytes < 0) {
      throw new IllegalArgumentException(
          "negative: upload " + uploadBytes + ", download " + downloadBytes);
    }
    PerfRun run = new PerfRun(uploadBytes, downloadBytes);
    new PerfClient(run, peer, patience.toNanos()).start(host);
    return run;
  }
}
