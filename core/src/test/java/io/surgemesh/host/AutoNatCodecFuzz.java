package io.surgemesh.host;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;

/** Reads an AutoNAT message, and asks a server what it holds. */
public final class AutoNatCodecFuzz {
  private static final PeerId PEER = KeyPair.fromSeed(new byte[KeyPair.SEED_BYTES]).peerId();
  private static final Multiaddr REMOTE = Multiaddr.of("/ip4/1.2.3.4/tcp/50000");

  private AutoNatCodecFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      AutoNatMessage message = AutoNatCodec.INSTANCE.decode(data);
      checkReadBack(message);
      if (message instanceof AutoNatMessage.Dial question) {
        ask(question);
      }
    } catch (MalformedMessageException refused) {
      // Refusing is all that a decoder may do.
    }
  }

  private static void checkReadBack(AutoNatMessage message) throws MalformedMessageException {
    byte[] encoded = AutoNatCodec.INSTANCE.encode(message);
    if (encoded.length != AutoNatCodec.INSTANCE.encodedBytes(message)) {
      throw new AssertionError("takes another length than it says");
    }
    if (encoded.length <= AutoNatCodec.MESSAGE_BYTES_MAX
        && !AutoNatCodec.INSTANCE.decode(encoded).equals(message)) {
      throw new AssertionError("read back as another");
    }
  }

  private static void ask(AutoNatMessage.Dial question) {
    AutoNatServer server = new AutoNatServer();
    server.onDial(1, PEER, REMOTE, question, 0);
    AutoNatServer.Output output = server.poll();
    if (output instanceof AutoNatServer.Output.DialBack back) {
      boolean own = back.peer().addresses().stream().allMatch(its -> its.ip().equals(REMOTE.ip()));
      if (!own || back.peer().addresses().size() > AutoNatServer.DIALED_MAX) {
        throw new AssertionError("dials " + back.peer().addresses());
      }
    } else if (!(output instanceof AutoNatServer.Output.Answer)) {
      throw new AssertionError("does " + output);
    }
  }
}
