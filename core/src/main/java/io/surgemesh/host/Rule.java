package io.surgemesh.host;

/**
 * The rules of the wire that peers break, each by the name it has in logs and metrics.
 *
 * <p>A closed set: whoever counts by rule holds at most so many counters.
 */
public enum Rule {
  /** Multistream-select with a line too long, without its end, or of another protocol. */
  MULTISTREAM_LINE("multistream.line"),
  /** A protocol was not agreed in time. */
  MULTISTREAM_DEADLINE("multistream.deadline"),
  /** The secure channel was not there in time. */
  HANDSHAKE_DEADLINE("handshake.deadline"),
  /** Another peer than the one dialled answered. */
  HANDSHAKE_PEER("handshake.peer"),
  /** A Noise message too short, too long or forged. */
  NOISE_MESSAGE("noise.message"),
  /** A Noise key that would make the secret known to everybody. */
  NOISE_KEY("noise.key"),
  /** A static key that the peer did not sign. */
  NOISE_SIGNATURE("noise.signature"),
  /** TLS messages that are malformed or forged, or a certificate that is not as libp2p wants it. */
  TLS_HANDSHAKE("tls.handshake"),
  /** An encrypted record that was forged. */
  RECORD_FORGED("record.forged"),
  /** A yamux frame of a version, type or flag that does not exist. */
  YAMUX_FRAME("yamux.frame"),
  /** A yamux stream frame on the session, or a session frame on a stream. */
  YAMUX_STREAM_ID("yamux.stream-id"),
  /** A yamux stream opened twice, or with an id of our side. */
  YAMUX_OPEN("yamux.open"),
  /** More data than the yamux window allows, or data after the end. */
  YAMUX_WINDOW("yamux.window"),
  /** More yamux credit than 32 bits hold. */
  YAMUX_CREDIT("yamux.credit"),
  /** Too many yamux pings, resets or unknown streams, or answers not picked up. */
  YAMUX_FLOOD("yamux.flood"),
  /** The peer took nothing of what was sent for too long. */
  READ_STALLED("read.stalled"),
  /** More streams than one peer may open. */
  LIMIT_STREAMS("limit.streams"),
  /** More bytes to be held than one peer may make this host hold. */
  LIMIT_BYTES("limit.bytes"),
  /** A message that was not whole in time. */
  MESSAGE_DEADLINE("message.deadline"),
  /** An identify message with the key of another peer. */
  IDENTIFY_KEY("identify.key"),
  /** Identify bytes that are no message, or a message that is too long. */
  IDENTIFY_MESSAGE("identify.message"),
  /** A signed peer record that is forged, or of another peer. */
  IDENTIFY_RECORD("identify.record"),
  /** More identify messages asked for or pushed than are answered or taken. */
  IDENTIFY_FLOOD("identify.flood"),
  /** More pings, or ping streams, than are answered. */
  PING_FLOOD("ping.flood"),
  /** A ping, or an answer to one, that is not 32 bytes or comes back changed. */
  PING_ECHO("ping.echo");

  /** What came of a breach. */
  public enum Reaction {
    /** The connection was closed. */
    CLOSE("close"),
    /** The stream was reset. */
    RESET("reset"),
    /** What was wrong was left aside. */
    IGNORE("ignore");

    private final String text;

    Reaction(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private final String text;

  Rule(String text) {
    this.text = text;
  }

  /** Returns the name in logs and metrics, such as {@code yamux.window}. */
  @Override
  public String toString() {
    return text;
  }
}
