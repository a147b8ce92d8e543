package io.surgemesh.simulator;

/** What a line of a {@link Trace} tells; the codes are part of its hash and never change. */
enum TraceKind {
  /** A connection became ready at its receiver; length 0. */
  CONNECT(1),
  /** A dial failed at its dialer; the receiver is -1 when nobody has the address; length 0. */
  DIAL_FAILED(2),
  /** A connection was closed or reset by the sender; length 0. */
  DISCONNECT(3),
  /** Opens a stream; length is that of the protocol's name. */
  OPEN(6),
  /** Agrees to the protocol of a stream; length 0. */
  ACCEPT(7),
  /** Refuses the protocol of a stream; length 0. */
  REFUSE(8),
  /** Bytes on a stream; length is their number. */
  DATA(9),
  /** Credit on a stream; length is the number of bytes. */
  CREDIT(10),
  /** The sender's direction of a stream ends; length 0. */
  CLOSE_WRITE(11),
  /** A stream was reset by the sender; length 0. */
  RESET(12),
  /** At byte level, a segment of a connection's bytes; length is their number. */
  BYTES(20),
  /** At byte level, room made at the sender for bytes of the receiver; length is their number. */
  TAKEN(21);

  private final int code;

  TraceKind(int code) {
    this.code = code;
  }

  /** Returns the number that stands for this kind in the hash. */
  int code() {
    return code;
  }
}
