package io.surgemesh.market;

import io.surgemesh.multiformats.MalformedMessageException;

/**
 * Something a provider says of itself that has no field of its own.
 *
 * @param name 1 to 32 bytes
 * @param value 0 to 128 bytes
 */
public record Attribute(String name, String value) {
  /**
   * Checks the lengths.
   *
   * @throws IllegalArgumentException naming the text that is too long or not plain
   */
  public Attribute {
    Ranges.require(!name.isEmpty(), "attribute name is empty");
    Ranges.requireLabel(name, 32, "attribute name");
    Ranges.requireLabel(value, 128, "attribute value");
  }

  io.surgemesh.wire.pb.Attribute toMessage() {
    return io.surgemesh.wire.pb.Attribute.newBuilder().setName(name).setValue(value).build();
  }

  static Attribute fromMessage(io.surgemesh.wire.pb.Attribute message)
      throws MalformedMessageException {
    return Decoding.value(() -> new Attribute(message.getName(), message.getValue()));
  }
}
