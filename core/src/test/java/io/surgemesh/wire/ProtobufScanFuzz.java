package io.surgemesh.wire;

import com.google.protobuf.Message;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.pb.Control;
import io.surgemesh.wire.pb.Envelope;
import io.surgemesh.wire.pb.Identify;
import io.surgemesh.wire.pb.NoiseHandshakePayload;
import io.surgemesh.wire.pb.OfferBody;
import io.surgemesh.wire.pb.PeerRecord;
import java.util.Arrays;
import java.util.List;

/** Parses a message of the type that the first byte chooses; what is parsed must read back. */
public final class ProtobufScanFuzz {
  private static final List<Message> TYPES =
      List.of(
          Identify.getDefaultInstance(),
          Envelope.getDefaultInstance(),
          PeerRecord.getDefaultInstance(),
          NoiseHandshakePayload.getDefaultInstance(),
          Control.getDefaultInstance(),
          OfferBody.getDefaultInstance());

  private static final ScanLimits LIMITS = new ScanLimits(4096, 128, 6);

  private ProtobufScanFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    Message type = TYPES.get((data[0] & 0xff) % TYPES.size());
    Message parsed;
    try {
      parsed = ProtobufScan.parse(type, Arrays.copyOfRange(data, 1, data.length), LIMITS);
    } catch (MalformedMessageException refused) {
      // Refusing is all that a decoder may do.
      return;
    }
    try {
      if (!ProtobufScan.parse(type, parsed.toByteArray(), LIMITS).equals(parsed)) {
        throw new AssertionError("read back as another");
      }
    } catch (MalformedMessageException unreadable) {
      throw new AssertionError("not read back", unreadable);
    }
  }
}
