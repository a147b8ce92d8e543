package io.surgemesh.hostbench;

import io.surgemesh.host.Exchange;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.host.Host;
import io.surgemesh.host.ProtocolId;

/** Answers requests with messages much longer than they are, as a DHT's peer does. */
final class AnsweringPeer {
  static final ProtocolId ASK = new ProtocolId("/surgemesh-bench/ask/1.0.0");

  /** What a request of kad-dht may have here. */
  static final int REQUEST_BYTES_MAX = 64 * 1024;

  private static final int ANSWER_BYTES = 48 * 1024;

  private AnsweringPeer() {}

  static void serve(Host host) {
    Exchange.serve(
        host,
        ASK,
        FrameCodec.bytes(),
        REQUEST_BYTES_MAX,
        (from, request) -> new byte[ANSWER_BYTES]);
  }
}
