package io.surgemesh.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.wire.pb.PeerRecord.AddressInfo;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerRecordTest {
  private final Signatures signatures = Signatures.ed25519();
  private final KeyPair key = KeyPair.fromSeed(new byte[32]);
  private final Multiaddr address = Multiaddr.of("/ip4/192.0.2.1/tcp/4001");

  @Test
  void whatIsSealedOpens() throws MalformedMessageException {
    SignedEnvelope sealed = PeerRecord.seal(key, signatures, -1, List.of(address));
    PeerRecord opened = PeerRecord.open(SignedEnvelope.decode(sealed.encode()), signatures);
    assertThat(opened).isEqualTo(new PeerRecord(key.peerId(), -1, List.of(address)));
    assertThat(sealed.payloadType().toHex()).isEqualTo("0301");
    assertThat(sealed.verify(signatures, "libp2p-peer-record")).isTrue();
  }

  @Test
  void addressesOfUnknownTransportsAreLeftOut() throws MalformedMessageException {
    byte[] payload =
        message(key.peerId())
            .addAddresses(info(new byte[] {(byte) 0x90, 0x03}))
            .addAddresses(info(new byte[0]))
            .addAddresses(info(address.encode()))
            .build()
            .toByteArray();
    assertThat(PeerRecord.open(envelope(payload), signatures).addresses()).containsExactly(address);
  }

  @Test
  void aRecordAboutAnotherPeerIsRefused() {
    KeyPair other = KeyPair.generate(new java.security.SecureRandom());
    refuse(envelope(message(other.peerId()).build().toByteArray()), "another peer");
  }

  @Test
  void aRecordForAnotherDomainOrTypeIsRefused() {
    byte[] payload = message(key.peerId()).build().toByteArray();
    refuse(SignedEnvelope.seal(key, signatures, "other", new byte[] {3, 1}, payload), "signature");
    refuse(
        SignedEnvelope.seal(key, signatures, PeerRecord.DOMAIN, new byte[] {3, 2}, payload),
        "payload type");
  }

  @Test
  void aRecordThatIsNoneIsRefused() {
    refuse(envelope(new byte[0]), "");
    refuse(envelope(new byte[] {1}), "");
    refuse(envelope(new byte[] {0x0a, 0}), "");
  }

  @Test
  void addressesAndBytesAreBounded() {
    List<Multiaddr> most = Collections.nCopies(PeerRecord.ADDRESSES_MAX, address);
    List<Multiaddr> tooMany = Collections.nCopies(PeerRecord.ADDRESSES_MAX + 1, address);
    assertThat(PeerRecord.seal(key, signatures, 0, most).bytes().size()).isLessThan(8192);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PeerRecord.seal(key, signatures, 0, tooMany));
    Multiaddr wide = Multiaddr.of("/dns/" + "a.".repeat(100) + "a/tcp/1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PeerRecord.seal(key, signatures, 0, Collections.nCopies(64, wide)));

    io.surgemesh.wire.pb.PeerRecord.Builder message = message(key.peerId());
    tooMany.forEach(each -> message.addAddresses(info(each.encode())));
    refuse(envelope(message.build().toByteArray()), "too many addresses");
    refuse(envelope(new byte[PeerRecord.ENCODED_BYTES_MAX]), "too long");
  }

  private void refuse(SignedEnvelope envelope, String why) {
    assertThatThrownBy(() -> PeerRecord.open(envelope, signatures))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining(why);
  }

  private SignedEnvelope envelope(byte[] payload) {
    return SignedEnvelope.seal(
        key, signatures, PeerRecord.DOMAIN, PeerRecord.PAYLOAD_TYPE.toByteArray(), payload);
  }

  private static io.surgemesh.wire.pb.PeerRecord.Builder message(PeerId peer) {
    return io.surgemesh.wire.pb.PeerRecord.newBuilder()
        .setPeerId(ByteString.copyFrom(peer.encode()))
        .setSeq(1);
  }

  private static AddressInfo info(byte[] multiaddr) {
    return AddressInfo.newBuilder().setMultiaddr(ByteString.copyFrom(multiaddr)).build();
  }
}
