package io.surgemesh.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.surgemesh.market.Capability;
import io.surgemesh.multiformats.Bytes;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * In one DHT with go-libp2p-kad-dht, rust-libp2p and js-libp2p, under the protocol of IPFS.
 *
 * <p>Each peer is told of one other at most, so what it finds beyond that one it has of answers.
 */
@Tag("interop")
@ParameterizedClass(name = "{0}")
@EnumSource
@Timeout(120)
class KademliaInteropTest {
  private static final Duration STEP = Duration.ofSeconds(30);
  private static final Capability CAPABILITY = new Capability("cpu", "3");

  @Parameter ForeignPeer implementation;

  @RegisterExtension final KadNodes nodes = new KadNodes();

  @Test
  void theyFindAPeerThatOnlyWeKnow() throws Exception {
    KadPeer wanted = theirs();
    OurPeer ours = ours();
    wanted.connect(ours);
    await().atMost(STEP).until(() -> ours.tablePeers() == 1);
    KadPeer searcher = theirs();
    searcher.connect(ours);
    assertThat(searcher.find(wanted.info().peerId())).containsAll(wanted.info().addresses());
  }

  @Test
  void weFindAPeerThatOnlyTheyKnow() throws Exception {
    KadPeer theirs = theirs();
    OurPeer ours = ours(theirs);
    KadPeer wanted = theirs();
    wanted.connect(theirs);
    theirs.know(wanted);
    assertThat(ours.find(wanted.info().peerId())).containsAll(wanted.info().addresses());
  }

  @Test
  void theyKeepOurProviderRecordsAndFindThem() throws Exception {
    KadPeer theirs = theirs();
    OurPeer ours = ours();
    theirs.connect(ours);
    ours.announce(CAPABILITY);
    String id = ours.info().peerId().toString();
    await().atMost(STEP).until(() -> theirs.records(CAPABILITY).contains(id));
    KadPeer searcher = theirs();
    searcher.connect(theirs);
    assertThat(searcher.providers(CAPABILITY)).contains(id);
  }

  @Test
  void weKeepTheirProviderRecordsAndFindThem() throws Exception {
    KadPeer provider = theirs();
    OurPeer ours = ours();
    provider.connect(ours);
    provider.announce(CAPABILITY);
    String id = provider.info().peerId().toString();
    await().atMost(STEP).until(() -> ours.providers(CAPABILITY).contains(id));
    provider.close();
    KadPeer searcher = theirs();
    searcher.connect(ours);
    assertThat(searcher.providers(CAPABILITY)).contains(id);
    assertThat(ours(searcher).providers(CAPABILITY)).contains(id);
  }

  @Test
  void theyKeepOurValuesAndGetThem() throws Exception {
    KadPeer theirs = theirs();
    OurPeer ours = ours(theirs);
    ours.put(ours.publicKeyKey(), ours.publicKey());
    ours.close();
    KadPeer searcher = theirs();
    searcher.connect(theirs);
    assertThat(searcher.get(ours.publicKeyKey())).isEqualTo(ours.publicKey());
    assertThat(ours(theirs).get(ours.publicKeyKey())).isEqualTo(ours.publicKey());
  }

  @Test
  void weKeepTheirValuesAndGetThem() throws Exception {
    KadPeer putter = theirs();
    OurPeer ours = ours();
    putter.connect(ours);
    putter.put(putter.publicKeyKey(), putter.publicKey());
    putter.close();
    assertThat(ours.get(putter.publicKeyKey())).isEqualTo(putter.publicKey());
    KadPeer searcher = theirs();
    searcher.connect(ours);
    assertThat(searcher.get(putter.publicKeyKey())).isEqualTo(putter.publicKey());
    assertThat(searcher.get(searcher.publicKeyKey())).isEqualTo(Bytes.EMPTY);
  }

  private KadPeer theirs() throws Exception {
    return nodes.start(implementation);
  }

  private OurPeer ours(KadNode... bootstrapPeers) throws Exception {
    return nodes.startOurs(bootstrapPeers);
  }
}
