package io.surgemesh.netty;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Takes the input for a packet of multicast DNS, read alone and heard again and again. */
public final class MdnsFuzz {
  private static final PeerId SELF = KeyPair.fromSeed(new byte[KeyPair.SEED_BYTES]).peerId();
  private static final int TIMES = 4;

  private MdnsFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    byte[] packet = Arrays.copyOfRange(data, 1, data.length);
    try {
      check(MdnsMessage.decode(packet));
    } catch (MalformedMessageException refused) {
      // Refusing is all that a decoder may do.
    }
    hear(packet, (data[0] & 1) == 0, Duration.ofMillis(data[0] & 0xff).toNanos());
  }

  private static void check(MdnsMessage message) {
    if (message.addresses().size() > MdnsMessage.ADDRESSES_MAX) {
      throw new AssertionError("too many addresses");
    }
    for (Multiaddr address : message.addresses()) {
      if (address.peerIdBytes().isEmpty()) {
        throw new AssertionError("an address of nobody: " + address);
      }
    }
    try {
      byte[] answer = MdnsMessage.answer("name", message.addresses());
      if (answer.length > MdnsMessage.SENT_BYTES_MAX
          || !message.addresses().containsAll(MdnsMessage.decode(answer).addresses())) {
        throw new AssertionError("answers too much, or with other addresses");
      }
    } catch (MalformedMessageException unreadable) {
      throw new AssertionError("not read back", unreadable);
    }
  }

  private static void hear(byte[] packet, boolean fromHere, long stepNanos) {
    Mdns machine = new Mdns(SELF, new SplittableRandom(1));
    machine.start(0);
    long nowNanos = 0;
    for (int i = 0; i < TIMES; i++) {
      machine.onPacket(packet, fromHere, nowNanos);
      nowNanos += stepNanos;
      machine.onTimeout(nowNanos);
      for (var output = machine.poll(); output != null; output = machine.poll()) {
        if (output instanceof Mdns.Output.Found found) {
          check(found, fromHere);
        }
      }
    }
  }

  private static void check(Mdns.Output.Found found, boolean fromHere) {
    if (found.peer().equals(SELF) || found.addresses().isEmpty()) {
      throw new AssertionError("found itself, or nowhere");
    }
    for (Multiaddr address : found.addresses()) {
      if (!address.isPrivate() && !(fromHere && address.isLoopback())) {
        throw new AssertionError("found outside the own network: " + address);
      }
    }
  }
}
