package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * The records that the IPNS specification names as test vectors, and one signed with RSA: all of
 * ipfs/gateway-conformance, where each is valid for a hundred years.
 */
final class TestIpns {
  private static final Map<String, String> NAMES =
      Map.of(
          "v1", "12D3KooWRtQ4MBxXXzioRZHs7NeGuyNHzJiN8X15wxydH4cnGDYZ",
          "v1-v2", "12D3KooWQPhrcBtM8zRA1gfqJqpayckwzNcPsFYNYeMXRdPUMyjq",
          "v1-v2-broken-v1-value", "12D3KooWQWnMXR5JSA3Exi9vNRgvHrPfXf3hde1rx6Y5Y7YX4C4s",
          "v1-v2-broken-signature-v2", "12D3KooWFXBoS43Vgj9YuYKJryF7JEt34mZcg2eSRsHtHRiXfCNF",
          "v1-v2-broken-signature-v1", "12D3KooWGLHT1rYNanM1oDCY6HXxgussf3WfqhHDykewdyBkMGSm",
          "v2", "12D3KooWGuR5BdSqp23UeoeesuwYwW3ebQ9rZ8aVwfWEDU8kvCYJ",
          "v1-v2-rsa", "QmVujd5Vb7moysJj8itnGufN7MEtPRCNHkKpNuA4onsRa3");

  private TestIpns() {}

  /** Returns the record of a file. */
  static Bytes vector(String file) {
    try (InputStream in = TestIpns.class.getResourceAsStream("/fuzz/IpnsRecord/" + file)) {
      if (in == null) {
        throw new AssertionError("no record " + file);
      }
      return Bytes.of(in.readAllBytes());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Returns the name whose record it is. */
  static PeerId name(String file) {
    try {
      return PeerId.parse(NAMES.getOrDefault(file, ""));
    } catch (MalformedMessageException unknown) {
      throw new AssertionError(file, unknown);
    }
  }
}
