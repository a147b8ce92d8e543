package io.surgemesh.dht;

import io.surgemesh.multiformats.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Values with a version, of which the highest is the best, in a namespace of their own. */
enum TestValues implements ValueValidator {
  INSTANCE;

  static final DhtConfig CONFIG = DhtConfig.defaults().withValidator("v", INSTANCE);
  static final Bytes INVALID = Bytes.of(new byte[] {1});
  private static final int VERSION_BYTES = Integer.BYTES;

  static Bytes key(String name) {
    return Bytes.of(("/v/" + name).getBytes(StandardCharsets.UTF_8));
  }

  static Bytes value(int version) {
    return value(version, VERSION_BYTES);
  }

  static Bytes value(int version, int length) {
    return Bytes.of(ByteBuffer.allocate(length).putInt(version).array());
  }

  private static int version(Bytes value) {
    return value.asReadOnlyByteBuffer().getInt();
  }

  @Override
  public boolean validate(Bytes key, Bytes value) {
    return value.size() >= VERSION_BYTES && version(value) >= 0;
  }

  @Override
  public int select(Bytes key, List<Bytes> values) {
    int best = 0;
    for (int i = 1; i < values.size(); i++) {
      best = version(values.get(i)) > version(values.get(best)) ? i : best;
    }
    return best;
  }
}
