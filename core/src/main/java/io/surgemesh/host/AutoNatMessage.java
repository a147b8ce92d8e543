package io.surgemesh.host;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import java.util.List;

/** What peers say to each other about whether they can be dialled (libp2p AutoNAT v1). */
sealed interface AutoNatMessage {
  /**
   * A peer asks to be dialled.
   *
   * @param peerId who it is, encoded; empty when left out
   * @param addresses where, without a trailing {@code /p2p}
   */
  record Dial(Bytes peerId, List<Multiaddr> addresses) implements AutoNatMessage {
    /** Copies the addresses. */
    public Dial {
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * What came of it.
   *
   * @param address encoded: where the peer was reached; empty when it was not
   */
  record Response(Status status, Bytes address) implements AutoNatMessage {
    /** Returns a response of a peer that was not reached. */
    static Response of(Status status) {
      return new Response(status, Bytes.EMPTY);
    }
  }

  /** How a response begins. */
  enum Status {
    OK(0),
    /** None of the addresses could be dialled. */
    DIAL_ERROR(100),
    /** None was dialled: there are none that may be, or it is asked too often. */
    DIAL_REFUSED(101),
    BAD_REQUEST(200),
    /** Also in place of a status that is not known. */
    INTERNAL_ERROR(300);

    private final int code;

    Status(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }

    static Status of(int code) {
      for (Status status : values()) {
        if (status.code == code) {
          return status;
        }
      }
      return INTERNAL_ERROR;
    }
  }
}
