package io.surgemesh.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.dht.IpnsRecord;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.multiformats.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Records of IPNS, ours and those of boxo, in one DHT with go-libp2p-kad-dht. */
@Tag("interop")
@Timeout(120)
class IpnsInteropTest {
  private static final String PATH = "/ipfs/bafkqaaa";
  private static final Bytes VALUE = Bytes.of(PATH.getBytes(StandardCharsets.US_ASCII));

  private final KeyPair name = KeyPair.generate(new SecureRandom());
  private final Bytes key = IpnsRecord.key(name.peerId());
  @RegisterExtension final KadNodes nodes = new KadNodes();

  private Bytes record(long sequence, Duration life) {
    Instant expiry = Instant.now().plus(life);
    return IpnsRecord.sign(name, VALUE, sequence, expiry, Duration.ofMinutes(1)).encoded();
  }

  @Test
  void goKeepsOurRecordAndGetsIt() throws Exception {
    KadPeer theirs = theirs();
    OurPeer ours = ours(theirs);
    Bytes record = record(1, Duration.ofHours(1));
    ours.put(key, record);
    ours.close();
    KadPeer searcher = theirs();
    searcher.connect(theirs);
    assertThat(searcher.get(key)).isEqualTo(record);
    assertThat(ours(theirs).get(key)).isEqualTo(record);
  }

  @Test
  void weKeepGosRecordAndGetIt() throws Exception {
    KadPeer putter = theirs();
    OurPeer ours = ours();
    putter.connect(ours);
    Bytes record = putter.ipnsRecord(PATH);
    Bytes theirKey = IpnsRecord.key(putter.info().peerId());
    putter.put(theirKey, record);
    putter.close();
    Bytes found = ours.get(theirKey);
    assertThat(found).isEqualTo(record);
    assertThat(IpnsRecord.decode(found).value()).isEqualTo(VALUE);
    assertThat(IpnsRecord.decode(found).sequence()).isEqualTo(7);
    KadPeer searcher = theirs();
    searcher.connect(ours);
    assertThat(searcher.get(theirKey)).isEqualTo(record);
  }

  @Test
  void bothTakeTheOneOfTheHigherSequenceAndKeepIt() throws Exception {
    KadPeer theirs = theirs();
    OurPeer ours = ours(theirs);
    Bytes older = record(1, Duration.ofHours(2));
    Bytes newer = record(2, Duration.ofHours(1));
    ours.put(key, newer);
    KadPeer putter = theirs();
    putter.connect(ours);
    assertThat(putter.get(key)).isEqualTo(newer);
    assertThat(theirs.get(key)).isEqualTo(newer);
    assertThatThrownBy(() -> ours.put(key, older)).isInstanceOf(AssertionError.class);
    assertThat(theirs.get(key)).isEqualTo(newer);
  }

  private KadPeer theirs() throws Exception {
    return nodes.start(ForeignPeer.GO);
  }

  private OurPeer ours(KadNode... bootstrapPeers) throws Exception {
    return nodes.startOurs(bootstrapPeers);
  }
}
