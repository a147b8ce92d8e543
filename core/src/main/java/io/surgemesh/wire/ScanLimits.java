package io.surgemesh.wire;

/**
 * What a protobuf message from a peer may cost before it is parsed.
 *
 * @param bytesMax longest message, in bytes, 0 or more
 * @param fieldsMax most field occurrences, packed elements and unknown fields included, counted
 *     over all nested messages; 0 or more. It bounds the objects a parser makes: protobuf-java
 *     needs up to some 50 bytes of heap for a field of 2 bytes
 * @param depthMax deepest nesting, 1 for a message without nested ones; 1 to {@value #DEPTH_BOUND}
 */
public record ScanLimits(int bytesMax, int fieldsMax, int depthMax) {
  /** The deepest nesting any limit may allow; well below protobuf's own 100. */
  public static final int DEPTH_BOUND = 64;

  /** Checks the ranges. */
  public ScanLimits {
    if (bytesMax < 0 || fieldsMax < 0 || depthMax < 1 || depthMax > DEPTH_BOUND) {
      throw new IllegalArgumentException(
          "scan limits out of range: " + bytesMax + ", " + fieldsMax + ", " + depthMax);
    }
  }

  /** Returns 1 MiB, 16,384 fields, 8 levels: enough for every message we speak. */
  public static ScanLimits defaults() {
    return new ScanLimits(1 << 20, 1 << 14, 8);
  }

  /** Returns these limits with another bound on bytes. */
  public ScanLimits withBytesMax(int other) {
    return new ScanLimits(other, fieldsMax, depthMax);
  }

  /** Returns these limits with another bound on fields. */
  public ScanLimits withFieldsMax(int other) {
    return new ScanLimits(bytesMax, other, depthMax);
  }
}
