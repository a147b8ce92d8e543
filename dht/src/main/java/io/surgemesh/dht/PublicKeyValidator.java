package io.surgemesh.dht;

import io.surgemesh.identity.PublicKey;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multihash;
import java.util.List;

/**
 * Public keys of peers under {@code /pk/<peer id>}: the id is the SHA-256 of its key (libp2p
 * kad-dht r2, Value routing). An id that holds its key itself needs no record, and has none.
 */
enum PublicKeyValidator implements ValueValidator {
  INSTANCE;

  /** The name of the namespace. */
  static final String NAMESPACE = "pk";

  private static final int PREFIX_BYTES = "/pk/".length();

  /** Whatever hashes to the key could stand there, so that it is a key at all is checked too. */
  @Override
  public boolean validate(Bytes key, Bytes value) {
    byte[] encoded = value.toByteArray();
    Bytes id = key.slice(PREFIX_BYTES, key.size());
    if (!id.equals(Bytes.of(Multihash.sha256(encoded).encode()))) {
      return false;
    }
    try {
      PublicKey.decode(encoded);
      return true;
    } catch (MalformedMessageException noKey) {
      return false;
    }
  }

  /** Returns the first: there is only one value of a hash. */
  @Override
  public int select(Bytes key, List<Bytes> values) {
    return 0;
  }
}
