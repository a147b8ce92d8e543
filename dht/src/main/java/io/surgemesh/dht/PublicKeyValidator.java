package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.PublicKey;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.util.List;

/**
 * Public keys of peers under {@code /pk/<peer id>}: the id is that of the key (IPFS Kademlia DHT,
 * Public Keys). An id that holds its key itself needs no record, but may have one.
 */
enum PublicKeyValidator implements ValueValidator {
  INSTANCE;

  /** The name of the namespace. */
  static final String NAMESPACE = "pk";

  private static final int PREFIX_BYTES = "/pk/".length();

  @Override
  public boolean validate(Bytes key, Bytes value) {
    Bytes id = key.slice(PREFIX_BYTES, key.size());
    try {
      PublicKey publicKey = PublicKey.decode(value.toByteArray());
      // One key could be written in several ways.
      return id.equals(PeerId.of(publicKey).bytes()) && value.equals(Bytes.of(publicKey.encode()));
    } catch (MalformedMessageException noKey) {
      return false;
    }
  }

  /** Returns the first: there is only one value of a key. */
  @Override
  public int select(Bytes key, List<Bytes> values) {
    return 0;
  }
}
