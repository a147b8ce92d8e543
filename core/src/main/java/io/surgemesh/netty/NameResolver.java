package io.surgemesh.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the domain name system, without holding up a thread.
 *
 * <p>At most {@value #RUNNING_MAX} questions are open; further ones find nothing. Of the addresses
 * in an answer that are asked for, the first {@value #FOUND_MAX} count. Confined to the mesh loop.
 */
final class NameResolver implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NameResolver.class);

  static final int RUNNING_MAX = 64;
  static final int FOUND_MAX = 16;

  private static final int QUERY_MILLIS = 3_000;
  private static final int QUERIES_MAX = 6;
  private static final int CACHE_SECONDS_MAX = 300;
  private static final String TEXT_PREFIX = "dnsaddr=";

  private final NettyLoop loop;
  private final List<InetSocketAddress> servers;
  private @Nullable DnsNameResolver resolver;
  private int running;
  private boolean closed;

  /**
   * Creates a resolver; no socket is opened before the first question.
   *
   * @param servers whom to ask in turn; empty for those the system is set up with
   */
  NameResolver(NettyLoop loop, List<InetSocketAddress> servers) {
    this.loop = loop;
    this.servers = List.copyOf(servers);
  }

  /**
   * Returns what a name stands for: for {@code /dnsaddr} the addresses in its TXT records that end
   * as it does, so with the same peer if it names one; for the others IP addresses of the kind
   * asked for with the same port. Completes on the loop, with none when there is no answer.
   */
  CompletableFuture<List<Multiaddr>> resolve(Multiaddr name) {
    Multiaddr.Component first = name.components().get(0);
    if (closed || running == RUNNING_MAX) {
      return CompletableFuture.completedFuture(List.of());
    }
    CompletableFuture<List<Multiaddr>> result = new CompletableFuture<>();
    running++;
    try {
      if (first.protocol() == Multiaddr.Protocol.DNSADDR) {
        var question = new DefaultDnsQuestion("_dnsaddr." + first.text(), DnsRecordType.TXT);
        finish(resolver().resolveAll(question), found -> texts(found, name), result);
      } else {
        finish(resolver().resolveAll(first.text()), found -> addresses(found, name), result);
      }
    } catch (IllegalArgumentException notAName) {
      running--;
      result.complete(List.of());
    }
    return result;
  }

  private <T> void finish(
      Future<T> answer,
      Function<T, List<Multiaddr>> reader,
      CompletableFuture<List<Multiaddr>> result) {
    answer.addListener(
        (Future<T> answered) -> {
          running--;
          result.complete(answered.isSuccess() ? reader.apply(answered.getNow()) : List.of());
        });
  }

  private DnsNameResolver resolver() {
    DnsNameResolver present = resolver;
    if (present == null) {
      DnsNameResolverBuilder builder =
          new DnsNameResolverBuilder(loop.eventLoop())
              .datagramChannelType(NioDatagramChannel.class)
              .socketChannelType(NioSocketChannel.class)
              .queryTimeoutMillis(QUERY_MILLIS)
              .maxQueriesPerResolve(QUERIES_MAX)
              .ttl(0, CACHE_SECONDS_MAX)
              .completeOncePreferredResolved(false);
      if (!servers.isEmpty()) {
        builder.nameServerProvider(new SequentialDnsServerAddressStreamProvider(servers));
      }
      present = builder.build();
      resolver = present;
    }
    return present;
  }

  private static List<Multiaddr> addresses(List<InetAddress> found, Multiaddr name) {
    int port = name.withoutPeerId().tcp().map(Multiaddr.TcpAddress::port).orElse(0);
    Multiaddr.Protocol kind = name.components().get(0).protocol();
    return found.stream()
        .filter(ip -> kind != Multiaddr.Protocol.DNS4 || ip instanceof Inet4Address)
        .filter(ip -> kind != Multiaddr.Protocol.DNS6 || ip instanceof Inet6Address)
        .limit(FOUND_MAX)
        .map(ip -> SocketAddresses.of(new InetSocketAddress(ip, port)))
        .toList();
  }

  private static List<Multiaddr> texts(List<DnsRecord> records, Multiaddr name) {
    List<Multiaddr> found = new ArrayList<>();
    for (DnsRecord record : records) {
      if (record instanceof ByteBufHolder holder && found.size() < FOUND_MAX) {
        String text = text(holder.content());
        if (text.startsWith(TEXT_PREFIX)) {
          try {
            Multiaddr address = Multiaddr.parse(text.substring(TEXT_PREFIX.length()));
            if (DialTarget.endsLike(address, name)) {
              found.add(address);
            }
          } catch (MalformedMessageException notForUs) {
            LOG.trace("address of a transport we do not have, in a TXT record");
          }
        }
      }
    }
    records.forEach(ReferenceCountUtil::safeRelease);
    return found;
  }

  /** Returns the strings of a TXT record, joined (RFC 1035, section 3.3.14). */
  private static String text(ByteBuf content) {
    StringBuilder text = new StringBuilder();
    while (content.isReadable()) {
      int length = Math.min(content.readUnsignedByte(), content.readableBytes());
      text.append(content.readCharSequence(length, StandardCharsets.US_ASCII));
    }
    return text.toString();
  }

  @Override
  public void close() {
    closed = true;
    if (resolver != null) {
      resolver.close();
    }
  }
}
