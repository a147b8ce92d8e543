package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two hosts of one machine that find each other by multicast, where it has any. */
@Tag("socket")
@Timeout(60)
class MdnsDiscoveryTest {
  /** Not the real one, so that nothing else of this network joins in. */
  private static final int PORT = 45_353;

  private static final int LONG_BYTES = 8_000;

  private final Hosts hosts = new Hosts();
  private final List<MdnsDiscovery> discoveries = new ArrayList<>();

  @AfterEach
  void close() {
    discoveries.forEach(MdnsDiscovery::close);
    hosts.close();
  }

  private NettyHost discovering() {
    NettyHost host = hosts.start();
    discoveries.add(MdnsDiscovery.start(host, PORT));
    return host;
  }

  /** Returns why a packet sent to the group does not come back on this machine; else nothing. */
  private static String whyNoMulticast() throws IOException {
    InetSocketAddress group = new InetSocketAddress(InetAddress.getByName("224.0.0.251"), PORT + 1);
    String why = "no network interface carries multicast";
    for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      if (each.isUp() && each.supportsMulticast()) {
        try (MulticastSocket socket = new MulticastSocket(group.getPort())) {
          socket.setSoTimeout(2_000);
          socket.setNetworkInterface(each);
          socket.joinGroup(group, each);
          socket.send(new DatagramPacket(new byte[1], 1, group));
          socket.receive(new DatagramPacket(new byte[1], 1));
          return "";
        } catch (IOException failed) {
          why = each.getName() + ": " + failed.getMessage();
        }
      }
    }
    return why;
  }

  @Test
  void hostsOnOneMachineFindEachOther() throws IOException {
    String why = whyNoMulticast();
    assumeTrue(why.isEmpty(), "multicast does not work on this machine: " + why);
    NettyHost a = discovering();
    NettyHost b = discovering();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(a.connectedPeers()).containsExactly(b.peerId()));
    assertThat(b.connectedPeers()).containsExactly(a.peerId());
  }

  /** Returns an answer whose text with the host's address comes after much other text. */
  private static byte[] longAnswer(NettyHost told) throws IOException {
    ByteArrayOutputStream texts = new ByteArrayOutputStream();
    byte[] padding = new byte[200];
    while (texts.size() < LONG_BYTES) {
      texts.write(padding.length);
      texts.writeBytes(padding);
    }
    byte[] address = ("dnsaddr=" + Hosts.addressOf(told)).getBytes(StandardCharsets.US_ASCII);
    texts.write(address.length);
    texts.writeBytes(address);
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(packet);
    // An answer with one record, of type TXT and class IN.
    out.write(new byte[] {0, 0, (byte) 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0});
    for (String label : ("x." + MdnsMessage.SERVICE).split("\\.", -1)) {
      out.write(label.length());
      out.writeBytes(label);
    }
    out.write(new byte[] {0, 0, 16, 0, 1, 0, 0, 0, 120});
    out.writeShort(texts.size());
    texts.writeTo(out);
    return packet.toByteArray();
  }

  @Test
  void whatALongPacketSaysAtItsEndIsRead() throws IOException {
    String why = whyNoMulticast();
    assumeTrue(why.isEmpty(), "multicast does not work on this machine: " + why);
    NettyHost a = discovering();
    NettyHost b = hosts.start();
    byte[] packet = longAnswer(b);
    assertThat(packet).hasSizeBetween(LONG_BYTES, MdnsMessage.PACKET_BYTES_MAX);
    try (DatagramSocket socket = new DatagramSocket()) {
      InetSocketAddress target = new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT);
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> {
                socket.send(new DatagramPacket(packet, packet.length, target));
                assertThat(a.connectedPeers()).containsExactly(b.peerId());
              });
    }
  }

  @Test
  void closedDiscoveryLeavesItsHostAlone() {
    NettyHost a = discovering();
    NettyHost b = hosts.start();
    discoveries.forEach(MdnsDiscovery::close);
    assertThat(Hosts.await(a.connect(Hosts.addressOf(b))).remotePeer()).isEqualTo(b.peerId());
  }
}
