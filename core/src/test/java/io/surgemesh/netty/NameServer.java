package io.surgemesh.netty;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A name server on loopback that knows a few A and TXT records (RFC 1035). */
final class NameServer implements AutoCloseable {
  private static final int TYPE_A = 1;
  private static final int TYPE_TXT = 16;
  private static final int HEADER_BYTES = 12;

  private final DatagramSocket socket;
  private final Map<String, List<byte[]>> records = new ConcurrentHashMap<>();

  NameServer() throws IOException {
    socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve, "name-server");
    thread.setDaemon(true);
    thread.start();
  }

  InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  void text(String name, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    byte[] data = new byte[bytes.length + 1];
    data[0] = (byte) bytes.length;
    System.arraycopy(bytes, 0, data, 1, bytes.length);
    add(TYPE_TXT, name, data);
  }

  void ip4(String name, String address) throws IOException {
    add(TYPE_A, name, InetAddress.getByName(address).getAddress());
  }

  private void add(int type, String name, byte[] data) {
    records.computeIfAbsent(type + " " + name, unused -> new ArrayList<>()).add(data);
  }

  private void serve() {
    byte[] buffer = new byte[1500];
    while (!socket.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        byte[] answer = answer(buffer);
        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      } catch (SocketException closed) {
        return;
      } catch (IOException failed) {
        throw new AssertionError(failed);
      }
    }
  }

  private byte[] answer(byte[] query) {
    StringBuilder name = new StringBuilder();
    int at = HEADER_BYTES;
    while (query[at] != 0) {
      name.append(name.isEmpty() ? "" : ".")
          .append(new String(query, at + 1, query[at], StandardCharsets.US_ASCII));
      at += 1 + query[at];
    }
    int type = query[at + 2];
    int questionEnd = at + 5;
    List<byte[]> found =
        records.getOrDefault(type + " " + name.toString().toLowerCase(Locale.ROOT), List.of());
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    answer.write(query, 0, 2);
    // An answer, with recursion; name error when there is nothing.
    answer.writeBytes(new byte[] {(byte) 0x81, (byte) (found.isEmpty() ? 0x83 : 0x80)});
    answer.writeBytes(new byte[] {0, 1, 0, (byte) found.size(), 0, 0, 0, 0});
    answer.write(query, HEADER_BYTES, questionEnd - HEADER_BYTES);
    for (byte[] data : found) {
      // The name is the one at offset 12; class IN, 60 s.
      answer.writeBytes(new byte[] {(byte) 0xc0, HEADER_BYTES, 0, (byte) type, 0, 1, 0, 0, 0, 60});
      answer.writeBytes(new byte[] {(byte) (data.length >> 8), (byte) data.length});
      answer.writeBytes(data);
    }
    return answer.toByteArray();
  }

  @Override
  public void close() {
    socket.close();
  }
}
