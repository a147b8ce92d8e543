package io.surgemesh.job;

import com.google.protobuf.ByteString;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.FrameDecoder;
import io.surgemesh.wire.ProtobufScan;
import io.surgemesh.wire.ScanLimits;
import io.surgemesh.wire.pb.Direction;
import java.nio.ByteBuffer;

/**
 * The first frame of a bulk stream: what the raw bytes after it are.
 *
 * @param agreementId whose data
 * @param isInput whether the opener writes the input; otherwise it reads the output
 */
record DataHead(Bytes agreementId, boolean isInput) {
  /** The longest head with its length prefix, in bytes. */
  static final int FRAMED_BYTES_MAX = 65;

  private static final ScanLimits LIMITS = new ScanLimits(FRAMED_BYTES_MAX, 8, 1);
  private static final int AGREEMENT_ID_BYTES = 32;

  /** Returns the frame, its length first. */
  ByteBuffer encode() {
    byte[] body =
        io.surgemesh.wire.pb.DataHead.newBuilder()
            .setAgreementId(ByteString.copyFrom(agreementId.toByteArray()))
            .setDirection(isInput ? Direction.DIRECTION_INPUT : Direction.DIRECTION_OUTPUT)
            .build()
            .toByteArray();
    return ByteBuffer.wrap(FrameDecoder.frame(body));
  }

  /** Gathers a head from the beginning of a stream and stops where it ends. */
  static final class Reader {
    private final byte[] framed = new byte[FRAMED_BYTES_MAX];
    private int count;

    /**
     * Takes bytes up to the end of the head; what lies behind stays in {@code data}.
     *
     * @return the head; null when more bytes are needed
     * @throws MalformedMessageException when it is malformed, too long, or its offset is not 0
     */
    @org.jspecify.annotations.Nullable
    DataHead read(ByteBuffer data) throws MalformedMessageException {
      while (data.hasRemaining()) {
        framed[count++] = data.get();
        // A head is shorter than 128 bytes, so its length is a single byte.
        int length = framed[0];
        if (length <= 0 || length >= FRAMED_BYTES_MAX) {
          throw new MalformedMessageException("head of a bulk stream is too long");
        }
        if (count == 1 + length) {
          return decode(java.util.Arrays.copyOfRange(framed, 1, count));
        }
      }
      return null;
    }

    private static DataHead decode(byte[] body) throws MalformedMessageException {
      io.surgemesh.wire.pb.DataHead head =
          ProtobufScan.parse(io.surgemesh.wire.pb.DataHead.getDefaultInstance(), body, LIMITS);
      boolean known =
          head.getDirection() == Direction.DIRECTION_INPUT
              || head.getDirection() == Direction.DIRECTION_OUTPUT;
      if (!known || head.getOffset() != 0 || head.getAgreementId().size() != AGREEMENT_ID_BYTES) {
        throw new MalformedMessageException("head of a bulk stream is wrong");
      }
      return new DataHead(
          Bytes.of(head.getAgreementId().toByteArray()),
          head.getDirection() == Direction.DIRECTION_INPUT);
    }
  }
}
