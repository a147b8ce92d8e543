package io.surgemesh.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.machine.MachineDriver;
import io.surgemesh.multiformats.Multiaddr;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives {@link Mdns} for a host: peers found on the own network are dialled.
 *
 * <p>Speaks IPv4 on at most {@value #INTERFACES_MAX} network interfaces that carry multicast, those
 * there when it starts. At most {@value #DIALS_MAX} of its dials run at once; peers found meanwhile
 * are dialled when they are found again.
 */
public final class MdnsDiscovery implements AutoCloseable {
  static final int INTERFACES_MAX = 8;
  static final int DIALS_MAX = 8;

  /** The port of multicast DNS. */
  static final int PORT = 5353;

  private static final Logger LOG = LoggerFactory.getLogger(MdnsDiscovery.class);
  private static final byte[] GROUP = {(byte) 224, 0, 0, (byte) 251};
  private static final int TTL = 255;
  private static final int NAME_CHARACTERS = 32;

  private final NettyHost host;
  private final NettyLoop loop;
  private final InetSocketAddress group;
  private final String name;
  private final MachineDriver<Mdns, Mdns.Output> driver;
  // Confined to the loop, as is what follows.
  private final Set<InetAddress> own = new HashSet<>();
  private final List<NioDatagramChannel> channels = new ArrayList<>();
  private int dials;
  private boolean closed;

  private MdnsDiscovery(NettyHost host, int port) {
    SecureRandom random = new SecureRandom();
    this.host = host;
    this.loop = host.meshLoop();
    this.group = new InetSocketAddress(groupAddress(), port);
    this.name = randomName(random);
    this.driver =
        new MachineDriver<>(loop, new Mdns(host.peerId(), random), this::perform, this::onBug);
  }

  /**
   * Begins to find and to be found; returns at once. Where there is no multicast it does nothing.
   */
  public static MdnsDiscovery start(NettyHost host) {
    return start(host, PORT);
  }

  static MdnsDiscovery start(NettyHost host, int port) {
    MdnsDiscovery discovery = new MdnsDiscovery(host, port);
    discovery.loop.execute(discovery::open);
    return discovery;
  }

  private static InetAddress groupAddress() {
    try {
      return InetAddress.getByAddress(GROUP);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The spec asks for a name that tells nothing, of 32 characters at least. */
  private static String randomName(SecureRandom random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < NAME_CHARACTERS; i++) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  private void open() {
    List<NetworkInterface> usable = interfaces();
    if (usable.isEmpty()) {
      LOG.warn("no network interface carries multicast, so no peers are found by mDNS");
    }
    usable.forEach(each -> each.inetAddresses().forEach(own::add));
    for (NetworkInterface each : usable) {
      NioDatagramChannel channel = new NioDatagramChannel(SocketProtocolFamily.INET);
      ChannelFuture bound =
          new Bootstrap()
              .group(loop.eventLoop())
              .channelFactory(() -> channel)
              .option(ChannelOption.SO_REUSEADDR, true)
              .option(ChannelOption.IP_MULTICAST_IF, each)
              .option(ChannelOption.IP_MULTICAST_TTL, TTL)
              .option(
                  ChannelOption.RECVBUF_ALLOCATOR,
                  new FixedRecvByteBufAllocator(MdnsMessage.PACKET_BYTES_MAX))
              .handler(new Receiver())
              .bind(group.getPort());
      bound.addListener(done -> onBound(channel, each, done.cause()));
    }
  }

  private void onBound(
      NioDatagramChannel channel, NetworkInterface each, @Nullable Throwable failure) {
    if (failure != null) {
      LOG.warn("no mDNS on {}", each.getName(), failure);
      return;
    }
    channel
        .joinGroup(group, each)
        .addListener(
            joined -> {
              if (!joined.isSuccess()) {
                LOG.warn("no mDNS on {}", each.getName(), joined.cause());
              }
              if (joined.isSuccess() && !closed) {
                channels.add(channel);
                begin();
              } else {
                channel.close();
              }
            });
  }

  private void begin() {
    if (channels.size() == 1) {
      driver.input(Mdns::start);
    }
  }

  private static List<NetworkInterface> interfaces() {
    try {
      return NetworkInterface.networkInterfaces()
          .filter(MdnsDiscovery::isUsable)
          .limit(INTERFACES_MAX)
          .toList();
    } catch (SocketException unknown) {
      return List.of();
    }
  }

  private static boolean isUsable(NetworkInterface candidate) {
    try {
      return candidate.isUp()
          && candidate.supportsMulticast()
          && candidate.inetAddresses().anyMatch(Inet4Address.class::isInstance);
    } catch (SocketException gone) {
      return false;
    }
  }

  private void perform(Mdns.Output output) {
    if (output instanceof Mdns.Output.Ask) {
      send(MdnsMessage.question());
    } else if (output instanceof Mdns.Output.Answer) {
      send(MdnsMessage.answer(name, announced()));
    } else if (output instanceof Mdns.Output.Found found) {
      dial(new PeerInfo(found.peer(), found.addresses()));
    }
  }

  private List<Multiaddr> announced() {
    return host.addresses().stream()
        .filter(DialTarget::isNear)
        .map(address -> address.withPeerId(host.peerId().bytes()))
        .toList();
  }

  private void send(byte[] packet) {
    for (NioDatagramChannel channel : channels) {
      channel.writeAndFlush(new DatagramPacket(Unpooled.wrappedBuffer(packet), group));
    }
  }

  private void dial(PeerInfo found) {
    if (host.isConnected(found.peerId()) || dials == DIALS_MAX) {
      return;
    }
    dials++;
    host.peerstore().add(found);
    host.connect(found.peerId()).whenComplete((connection, failure) -> loop.execute(() -> dials--));
  }

  private void onBug(RuntimeException bug) {
    LOG.error("bug in mDNS discovery, which ends", bug);
    closeHere();
  }

  @Override
  public void close() {
    loop.runHere(this::closeHere);
  }

  private void closeHere() {
    closed = true;
    driver.stop();
    channels.forEach(NioDatagramChannel::close);
    channels.clear();
  }

  /** Takes what comes from the own network; others can reach the port too. */
  private final class Receiver extends SimpleChannelInboundHandler<DatagramPacket> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
      InetAddress from = packet.sender().getAddress();
      boolean fromHere = isOwn(from);
      if (fromHere || DialTarget.isNear(SocketAddresses.of(from, 0))) {
        byte[] bytes = ByteBufUtil.getBytes(packet.content());
        driver.input((mdns, nowNanos) -> mdns.onPacket(bytes, fromHere, nowNanos));
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      LOG.debug("mDNS socket: {}", cause.getMessage());
    }
  }

  private boolean isOwn(InetAddress from) {
    return from.isLoopbackAddress() || own.contains(from);
  }
}
