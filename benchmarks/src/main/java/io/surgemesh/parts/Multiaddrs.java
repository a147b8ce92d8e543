package io.surgemesh.parts;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Addresses, each an operation. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Multiaddrs {
  /** What an address is made of. */
  public enum Form {
    /** As in identify. */
    IP4_TCP,
    /** As users name a peer. */
    IP6_TCP_P2P
  }

  /** Which kind of address. */
  @Param({"IP4_TCP", "IP6_TCP_P2P"})
  Form form = Form.IP4_TCP;

  private String text = "";
  private byte[] bytes = {};
  private Multiaddr address = Multiaddr.of("/ip4/203.0.113.7/tcp/4001");

  /** Makes the address. */
  @Setup
  public void make() {
    if (form == Form.IP6_TCP_P2P) {
      KeyPair keys = KeyPair.fromSeed(new byte[KeyPair.SEED_BYTES]);
      address =
          Multiaddr.of("/ip6/2001:db8:85a3::8a2e:370:7334/tcp/4001")
              .withPeerId(keys.peerId().bytes());
    }
    text = address.toString();
    bytes = address.encode();
  }

  /** Reads the text form. */
  @Benchmark
  public Multiaddr parseText() throws MalformedMessageException {
    return Multiaddr.parse(text);
  }

  /** Reads the binary form, with the text of each value, as it is made at once. */
  @Benchmark
  public Multiaddr parseBytes() throws MalformedMessageException {
    return Multiaddr.decode(bytes);
  }

  /** Writes the text form. */
  @Benchmark
  public String toText() {
    return address.toString();
  }
}
