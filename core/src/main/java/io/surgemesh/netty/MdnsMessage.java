package io.surgemesh.netty;

import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A packet of multicast DNS (RFC 6762, in the format of RFC 1035), as much of it as libp2p's
 * discovery needs (libp2p mdns spec).
 *
 * @param query whether it asks, rather than answers
 * @param asksForPeers whether it asks who offers the service {@value #SERVICE}
 * @param addresses what an answer says of peers: addresses that end with a peer; at most {@value
 *     #ADDRESSES_MAX}, further ones are ignored
 */
record MdnsMessage(boolean query, boolean asksForPeers, List<Multiaddr> addresses) {
  static final String SERVICE = "_p2p._udp.local";

  /** The longest packet read (RFC 6762, section 17). */
  static final int PACKET_BYTES_MAX = 9_000;

  /** The longest packet sent: what any network carries in one piece. */
  static final int SENT_BYTES_MAX = 1_400;

  /** The most questions and records of one packet; one with more is malformed. */
  static final int RECORDS_MAX = 64;

  static final int ADDRESSES_MAX = 64;

  private static final int HEADER_BYTES = 12;
  private static final int POINTERS_MAX = 16;
  private static final int NAME_BYTES_MAX = 255;
  private static final int TEXT_BYTES_MAX = 255;
  private static final int TYPE_PTR = 12;
  private static final int TYPE_TXT = 16;
  private static final int TYPE_ANY = 255;
  private static final int CLASS_IN = 1;
  private static final int CLASS_UNIQUE = 0x8000;
  private static final int FLAG_RESPONSE = 0x8000;
  private static final int FLAG_AUTHORITATIVE = 0x0400;
  private static final int OPCODE_AND_RCODE = 0x780f;
  private static final int TTL_SECONDS = 120;
  private static final String ATTRIBUTE = "dnsaddr=";

  MdnsMessage {
    addresses = List.copyOf(addresses);
  }

  /**
   * Reads a packet.
   *
   * @throws MalformedMessageException when it is not DNS, too long, or has too many records
   */
  static MdnsMessage decode(byte[] packet) throws MalformedMessageException {
    if (packet.length < HEADER_BYTES || packet.length > PACKET_BYTES_MAX) {
      throw new MalformedMessageException("DNS packet of " + packet.length + " bytes");
    }
    return new Reader(packet).read();
  }

  /** Returns the packet that asks for peers. */
  static byte[] question() {
    ByteArrayOutputStream packet = header(0, 1, 0, 0);
    writeName(packet, SERVICE);
    writeShort(packet, TYPE_PTR);
    writeShort(packet, CLASS_IN);
    return packet.toByteArray();
  }

  /**
   * Returns the packet that tells where a peer is; addresses for which there is no room are left
   * out.
   *
   * @param name of one label, which says nothing of the peer
   * @param addresses each ending with the peer
   */
  static byte[] answer(String name, List<Multiaddr> addresses) {
    String fullName = name + "." + SERVICE;
    ByteArrayOutputStream packet = header(FLAG_RESPONSE | FLAG_AUTHORITATIVE, 0, 1, 1);
    writeName(packet, SERVICE);
    writeShort(packet, TYPE_PTR);
    writeShort(packet, CLASS_IN);
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    writeName(target, fullName);
    writeData(packet, target);
    writeName(packet, fullName);
    writeShort(packet, TYPE_TXT);
    writeShort(packet, CLASS_IN | CLASS_UNIQUE);
    ByteArrayOutputStream texts = new ByteArrayOutputStream();
    for (Multiaddr address : addresses) {
      byte[] text = (ATTRIBUTE + address).getBytes(StandardCharsets.US_ASCII);
      if (text.length <= TEXT_BYTES_MAX
          && packet.size() + texts.size() + text.length < SENT_BYTES_MAX - HEADER_BYTES) {
        texts.write(text.length);
        texts.writeBytes(text);
      }
    }
    writeData(packet, texts);
    return packet.toByteArray();
  }

  private static ByteArrayOutputStream header(
      int flags, int questions, int answers, int additional) {
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    for (int value : new int[] {0, flags, questions, answers, 0, additional}) {
      writeShort(packet, value);
    }
    return packet;
  }

  private static void writeName(ByteArrayOutputStream packet, String name) {
    for (String label : name.split("\\.", -1)) {
      packet.write(label.length());
      packet.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
    }
    packet.write(0);
  }

  /** Writes the lifetime, the length and the data of a record. */
  private static void writeData(ByteArrayOutputStream packet, ByteArrayOutputStream data) {
    writeShort(packet, 0);
    writeShort(packet, TTL_SECONDS);
    writeShort(packet, data.size());
    packet.writeBytes(data.toByteArray());
  }

  private static void writeShort(ByteArrayOutputStream packet, int value) {
    packet.write(value >>> 8);
    packet.write(value);
  }

  /** Reads one packet, once. */
  private static final class Reader {
    private final byte[] packet;
    private final ByteBuffer rest;
    private final List<Multiaddr> addresses = new ArrayList<>();
    private boolean asks;

    Reader(byte[] packet) {
      this.packet = packet;
      this.rest = ByteBuffer.wrap(packet);
    }

    MdnsMessage read() throws MalformedMessageException {
      rest.position(2);
      int flags = readShort();
      int questions = readShort();
      int records = readShort() + readShort() + readShort();
      if ((flags & OPCODE_AND_RCODE) != 0 || questions + records > RECORDS_MAX) {
        throw new MalformedMessageException("DNS packet of another kind, or too full");
      }
      boolean query = (flags & FLAG_RESPONSE) == 0;
      for (int i = 0; i < questions; i++) {
        readQuestion(query);
      }
      for (int i = 0; i < records; i++) {
        readRecord(query);
      }
      return new MdnsMessage(query, asks, addresses);
    }

    private void readQuestion(boolean query) throws MalformedMessageException {
      String name = readName();
      int type = readShort();
      int kind = readShort() & ~CLASS_UNIQUE;
      boolean ours = name.equals(SERVICE) && kind == CLASS_IN;
      asks |= query && ours && (type == TYPE_PTR || type == TYPE_ANY);
    }

    private void readRecord(boolean query) throws MalformedMessageException {
      String name = readName();
      int type = readShort();
      int kind = readShort() & ~CLASS_UNIQUE;
      require(4);
      rest.getInt();
      int length = readShort();
      require(length);
      int end = rest.position() + length;
      if (!query && type == TYPE_TXT && kind == CLASS_IN && name.endsWith("." + SERVICE)) {
        readTexts(end);
      }
      rest.position(end);
    }

    private void readTexts(int end) throws MalformedMessageException {
      while (rest.position() < end) {
        int length = rest.get() & 0xff;
        if (length > end - rest.position()) {
          throw new MalformedMessageException("DNS text ends outside its record");
        }
        String text = new String(packet, rest.position(), length, StandardCharsets.ISO_8859_1);
        rest.position(rest.position() + length);
        if (text.startsWith(ATTRIBUTE) && addresses.size() < ADDRESSES_MAX) {
          addAddress(text.substring(ATTRIBUTE.length()));
        }
      }
    }

    private void addAddress(String text) {
      try {
        Multiaddr address = Multiaddr.parse(text);
        if (address.peerIdBytes().isPresent()) {
          addresses.add(address);
        }
      } catch (MalformedMessageException unknown) {
        // Peers have transports that we do not speak; their other addresses are still good.
      }
    }

    /** Reads a name in lower case; a pointer leads to an earlier place only, so it ends. */
    private String readName() throws MalformedMessageException {
      StringBuilder name = new StringBuilder();
      int start = rest.position();
      int end = -1;
      int pointers = 0;
      int length = readByte();
      while (length != 0) {
        if (length >= 0xc0) {
          int target = (length & 0x3f) << 8 | readByte();
          end = end < 0 ? rest.position() : end;
          if (target >= start || ++pointers > POINTERS_MAX) {
            throw new MalformedMessageException("DNS name that points ahead, or too often");
          }
          start = target;
          rest.position(target);
        } else {
          readLabel(length, name);
        }
        length = readByte();
      }
      if (end >= 0) {
        rest.position(end);
      }
      return name.toString().toLowerCase(Locale.ROOT);
    }

    private void readLabel(int length, StringBuilder name) throws MalformedMessageException {
      require(length);
      if (length > 63 || name.length() + 1 + length > NAME_BYTES_MAX) {
        throw new MalformedMessageException("DNS name is too long");
      }
      name.append(name.isEmpty() ? "" : ".")
          .append(new String(packet, rest.position(), length, StandardCharsets.ISO_8859_1));
      rest.position(rest.position() + length);
    }

    private int readByte() throws MalformedMessageException {
      require(1);
      return rest.get() & 0xff;
    }

    private int readShort() throws MalformedMessageException {
      require(2);
      return rest.getShort() & 0xffff;
    }

    private void require(int bytes) throws MalformedMessageException {
      if (rest.remaining() < bytes) {
        throw new MalformedMessageException("DNS packet is cut short");
      }
    }
  }
}
