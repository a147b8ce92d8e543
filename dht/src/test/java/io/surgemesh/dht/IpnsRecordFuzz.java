package io.surgemesh.dht;

import io.surgemesh.dht.pb.IpnsEntry;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.util.Arrays;
import java.util.List;

/** Reads a record of IPNS, alone and beside another, and the same again from what is written. */
public final class IpnsRecordFuzz {
  private static final PeerId NAME = TestIpns.name("v1-v2");
  private static final Bytes KEY = IpnsRecord.key(NAME);
  private static final Bytes OTHER = TestIpns.vector("v1-v2");

  private IpnsRecordFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    Bytes encoded = Bytes.of(data);
    int first = IpnsValidator.INSTANCE.select(KEY, List.of(encoded, OTHER));
    int second = IpnsValidator.INSTANCE.select(KEY, List.of(OTHER, encoded));
    require(first != second || isSignedPartOfOther(data), "is better, or worse, in either order");
    if (!IpnsValidator.INSTANCE.validate(KEY, encoded)) {
      read(data);
      return;
    }
    read(data);
    require(isSignedPartOfOther(data), "is signed by its owner alone");
    require(first == 0 && second == 0, "is no better for what is added to it");
  }

  private static boolean isSignedPartOfOther(byte[] data) {
    try {
      IpnsEntry entry = IpnsEntry.parseFrom(data);
      return entry.getData().equals(IpnsEntry.parseFrom(OTHER.toByteArray()).getData());
    } catch (com.google.protobuf.InvalidProtocolBufferException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static void read(byte[] data) {
    try {
      IpnsRecord record = IpnsRecord.decode(Bytes.of(data));
      require(data.length <= IpnsRecord.BYTES_MAX, "is short");
      IpnsData signed = IpnsData.decode(signedPart(data));
      byte[] again = signed.encode();
      require(IpnsData.decode(again).equals(signed), "is read back");
      // With other fields than the five it is longer.
      require(
          again.length != signedPart(data).length || Arrays.equals(again, signedPart(data)),
          "has one encoding");
      require(record.value().equals(signed.value()), "says what is signed");
    } catch (MalformedMessageException refused) {
      // Refusing is all that a decoder may do.
    }
  }

  private static byte[] signedPart(byte[] data) {
    try {
      return IpnsEntry.parseFrom(data).getData().toByteArray();
    } catch (com.google.protobuf.InvalidProtocolBufferException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new AssertionError("a record " + rule);
    }
  }
}
