package io.surgemesh.market;

import io.surgemesh.multiformats.MalformedMessageException;

/**
 * Where a provider is.
 *
 * @param region a label its owner chose, such as {@code eu-west}; at most 32 bytes, empty when
 *     unsaid
 */
public record Place(String region) {
  /** A place of which nothing is said. */
  public static final Place UNKNOWN = new Place("");

  /**
   * Checks the length.
   *
   * @throws IllegalArgumentException when the label is too long or not plain text
   */
  public Place {
    Ranges.requireLabel(region, 32, "region");
  }

  io.surgemesh.wire.pb.Place toMessage() {
    return io.surgemesh.wire.pb.Place.newBuilder().setRegion(region).build();
  }

  static Place fromMessage(io.surgemesh.wire.pb.Place message) throws MalformedMessageException {
    return Decoding.value(() -> new Place(message.getRegion()));
  }
}
