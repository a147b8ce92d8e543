package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MdnsMessageTest {
  private static final String NAME = "a".repeat(32);
  private static final String PEER = KeyPair.fromSeed(new byte[32]).peerId().toString();
  private static final Multiaddr ADDRESS = Multiaddr.of("/ip4/192.168.1.2/tcp/4001/p2p/" + PEER);

  /** One label "a", then the root. */
  private static final String QUESTION_TAIL = "000c0001";

  private static MdnsMessage decode(String hex) throws MalformedMessageException {
    return MdnsMessage.decode(Bytes.fromHex(hex).toByteArray());
  }

  @Test
  void aQuestionIsReadBack() throws MalformedMessageException {
    assertThat(MdnsMessage.decode(MdnsMessage.question()))
        .isEqualTo(new MdnsMessage(true, true, List.of()));
  }

  @Test
  void anAnswerIsReadBack() throws MalformedMessageException {
    Multiaddr other = Multiaddr.of("/ip6/fd00::1/tcp/4001/p2p/" + PEER);
    assertThat(MdnsMessage.decode(MdnsMessage.answer(NAME, List.of(ADDRESS, other))))
        .isEqualTo(new MdnsMessage(false, false, List.of(ADDRESS, other)));
  }

  @Test
  void anAnswerWithManyAddressesStaysShort() throws MalformedMessageException {
    byte[] packet = MdnsMessage.answer(NAME, Collections.nCopies(100, ADDRESS));
    assertThat(packet).hasSizeLessThanOrEqualTo(MdnsMessage.SENT_BYTES_MAX);
    assertThat(MdnsMessage.decode(packet).addresses()).hasSizeGreaterThan(5);
  }

  @Test
  void aQuestionForSomethingElseAsksForNoPeers() throws MalformedMessageException {
    byte[] packet = MdnsMessage.question();
    packet[14] = 'q';
    assertThat(MdnsMessage.decode(packet).asksForPeers()).isFalse();
    byte[] uppercase = MdnsMessage.question();
    uppercase[14] = 'P';
    assertThat(MdnsMessage.decode(uppercase).asksForPeers()).isTrue();
  }

  @Test
  void textsThatAreNoAddressesAreLeftOut() throws MalformedMessageException {
    Multiaddr nobody = Multiaddr.of("/ip4/192.168.1.2/tcp/4001");
    byte[] packet = MdnsMessage.answer(NAME, List.of(nobody, ADDRESS));
    assertThat(MdnsMessage.decode(packet).addresses()).containsExactly(ADDRESS);
    byte[] other = packet.clone();
    int last = other.length - ADDRESS.toString().length();
    other[last] = 'x';
    assertThat(MdnsMessage.decode(other).addresses()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0000",
        // A question is said to be there, and is not.
        "000000000001000000000000",
        // Another operation; an error.
        "000008000000000000000000",
        "000000010000000000000000",
        // 65 questions; 65,535 records of each kind.
        "000000000041000000000000",
        "00008400ffffffffffffffff",
        // A name that points at itself; ahead; at the header and out of the packet.
        "000000000001000000000000" + "c00c" + QUESTION_TAIL,
        "000000000001000000000000" + "c010" + QUESTION_TAIL,
        "000000000001000000000000" + "ffff" + QUESTION_TAIL,
        // A label of 64 bytes; one that ends outside.
        "000000000001000000000000" + "40" + QUESTION_TAIL,
        "000000000001000000000000" + "3f61" + QUESTION_TAIL,
        // A record whose data end outside.
        "000084000000000100000000" + "0161000010000100000000ffff",
      })
  void whatIsNotDnsIsMalformed(String hex) {
    assertThatThrownBy(() -> decode(hex)).isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void namesThatPointFromOneToTheNextEnd() {
    // Each of 40 names is a pointer to the one before.
    StringBuilder hex = new StringBuilder("000000000028000000000000");
    hex.append("0000").append(QUESTION_TAIL.substring(0, 6));
    for (int i = 1; i < 40; i++) {
      int before = 12 + 6 * (i - 1);
      hex.append(String.format("%04x", 0xc000 | before)).append(QUESTION_TAIL);
    }
    assertThatThrownBy(() -> decode(hex.toString())).isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void aPacketThatIsTooLongIsMalformed() {
    assertThatThrownBy(() -> MdnsMessage.decode(new byte[MdnsMessage.PACKET_BYTES_MAX + 1]))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void noBytesMakeItThrowAnythingElse() {
    byte[] sound = MdnsMessage.answer(NAME, List.of(ADDRESS, ADDRESS));
    SplittableRandom random = new SplittableRandom(5);
    int read = 0;
    for (int run = 0; run < 50_000; run++) {
      byte[] packet = Arrays.copyOf(sound, 12 + random.nextInt(sound.length));
      for (int i = random.nextInt(6); i > 0; i--) {
        packet[random.nextInt(packet.length)] = (byte) random.nextInt();
      }
      try {
        MdnsMessage message = MdnsMessage.decode(packet);
        assertThat(message.addresses()).hasSizeLessThanOrEqualTo(MdnsMessage.ADDRESSES_MAX);
        read++;
      } catch (MalformedMessageException malformed) {
        assertThat(malformed).hasMessageStartingWith("DNS");
      }
    }
    assertThat(read).isBetween(1_000, 49_000);
  }
}
