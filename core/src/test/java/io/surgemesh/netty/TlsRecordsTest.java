package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.crypto.Primitives;
import io.surgemesh.session.RecordSealer;
import io.surgemesh.session.TlsMessages;
import io.surgemesh.session.TlsRecordCipher;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsRecordsTest {
  private static final int DATA = 23;
  private static final int HANDSHAKE = 22;

  /** For one record and a part of the next. */
  private static final int ROOM_BYTES = 17_000;

  private TlsRecords near = new TlsRecords(new byte[0]);
  private TlsRecords far = near;

  @BeforeEach
  void connect() throws IOException {
    TlsInMemory ends = TlsInMemory.connect(Primitives.java(), Primitives.java(), ROOM_BYTES);
    near = ends.near();
    far = ends.far();
  }

  private static byte[] seal(TlsRecords sender, byte[] plain) {
    byte[] record = new byte[sender.recordBytes(plain.length)];
    int length = sender.encryptRecord(plain, plain.length, record);
    assertThat(length).isGreaterThan(plain.length);
    return Arrays.copyOf(record, length);
  }

  private static byte[] poll(TlsRecords receiver, byte[] sealed) {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    ByteBuffer bytes = ByteBuffer.wrap(sealed);
    for (ByteBuffer plain = receiver.poll(bytes); plain != null; plain = receiver.poll(bytes)) {
      byte[] piece = new byte[plain.remaining()];
      plain.get(piece);
      read.writeBytes(piece);
    }
    assertThat(bytes.hasRemaining()).isFalse();
    return read.toByteArray();
  }

  @Test
  void whatIsSentArrivesWhereverTheBytesAreCut() {
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 60; round++) {
      byte[] plain = new byte[random.nextInt(1, TlsRecords.PLAIN_BYTES_MAX + 1)];
      random.nextBytes(plain);
      byte[] sealed = seal(near, plain);
      ByteArrayOutputStream read = new ByteArrayOutputStream();
      for (int at = 0; at < sealed.length; ) {
        int end = Math.min(sealed.length, at + random.nextInt(1, round % 2 == 0 ? 40_000 : 4_000));
        read.writeBytes(poll(far, Arrays.copyOfRange(sealed, at, end)));
        at = end;
      }
      assertThat(read.toByteArray()).isEqualTo(plain);
    }
    assertThat(far.isBroken()).isFalse();
  }

  @Test
  void aRecordByteByByteArrivesOnce() {
    byte[] sealed = seal(near, new byte[] {1, 2, 3});
    for (int i = 0; i < sealed.length - 1; i++) {
      assertThat(poll(far, new byte[] {sealed[i]})).isEmpty();
    }
    assertThat(poll(far, new byte[] {sealed[sealed.length - 1]})).containsExactly(1, 2, 3);
  }

  @Test
  void aForgedRecordEndsTheChannel() {
    byte[] sealed = seal(near, new byte[1000]);
    sealed[500] ^= 1;
    assertThat(poll(far, sealed)).isEmpty();
    assertThat(far.isBroken()).isTrue();
    assertThat(poll(far, seal(near, new byte[] {1}))).isEmpty();
  }

  @Test
  void bytesThatBeginNoRecordEndTheChannel() {
    assertThat(poll(far, new byte[] {0, 1, 2, 3, 4, 5})).isEmpty();
    assertThat(far.isBroken()).isTrue();
  }

  @Test
  void aRecordLongerThanAnyMayBeEndsTheChannel() {
    assertThat(poll(far, new byte[] {23, 3, 3, (byte) 0xff, (byte) 0xff})).isEmpty();
    assertThat(far.isBroken()).isTrue();
  }

  @Test
  void theEndIsTold() {
    byte[] end = new byte[near.recordBytes(100)];
    int length = near.encryptEnd(end);
    assertThat(length).isPositive();
    assertThat(poll(far, Arrays.copyOf(end, length))).isEmpty();
    assertThat(far.isBroken()).isTrue();
    assertThat(near.encryptRecord(new byte[1], 1, end)).isEqualTo(RecordSealer.FAILED);
  }

  private static byte[] keyUpdate(boolean asking) {
    byte[] update = TlsMessages.keyUpdate();
    update[update.length - 1] = (byte) (asking ? 1 : 0);
    return update;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void recordsBehindAKeyUpdateHaveTheNextKey(int suite) throws IOException {
    TlsPair pair = new TlsPair(suite);
    assertThat(poll(pair.records, pair.sealed(DATA, new byte[] {1}))).containsExactly(1);
    assertThat(poll(pair.records, pair.sealed(HANDSHAKE, keyUpdate(false)))).isEmpty();
    pair.theirSend.renew();
    assertThat(poll(pair.records, pair.sealed(DATA, new byte[] {2}))).containsExactly(2);
    assertThat(pair.records.isBroken()).isFalse();
  }

  @Test
  void aKeyUpdateThatIsAskedForGoesAheadOfWhatIsSentNext() throws IOException {
    TlsPair pair = new TlsPair(0);
    assertThat(poll(pair.records, pair.sealed(HANDSHAKE, keyUpdate(true)))).isEmpty();
    byte[] sent = seal(pair.records, new byte[] {7});
    int update = TlsRecordCipher.OVERHEAD_BYTES + TlsMessages.keyUpdate().length;
    byte[] plain = new byte[sent.length];
    assertThat(pair.theirReceive.cipher().open(sent, 0, update, plain, 0)).isEqualTo(5);
    assertThat(pair.theirReceive.cipher().contentType()).isEqualTo(HANDSHAKE);
    assertThat(Arrays.copyOf(plain, 5)).isEqualTo(TlsMessages.keyUpdate());
    pair.theirReceive.renew();
    assertThat(pair.theirReceive.cipher().open(sent, update, sent.length - update, plain, 0))
        .isEqualTo(1);
    assertThat(plain[0]).isEqualTo((byte) 7);
  }

  @Test
  void keyUpdatesWithoutEndEndTheChannelButNotSomeBesideData() throws IOException {
    TlsPair pair = new TlsPair(0);
    for (int i = 0; i < 3 * TlsRecords.BARREN_MAX; i++) {
      if (i % TlsRecords.BARREN_MAX == 0) {
        assertThat(poll(pair.records, pair.sealed(DATA, new byte[] {1}))).containsExactly(1);
      }
      assertThat(poll(pair.records, pair.sealed(HANDSHAKE, keyUpdate(true)))).isEmpty();
      pair.theirSend.renew();
    }
    assertThat(pair.records.isBroken()).isFalse();
    assertThat(poll(pair.records, pair.sealed(HANDSHAKE, keyUpdate(true)))).isEmpty();
    assertThat(pair.records.isBroken()).isTrue();
  }

  @Test
  void emptyRecordsWithoutEndEndTheChannel() {
    TlsPair pair = new TlsPair(0);
    for (int i = 0; i < TlsRecords.BARREN_MAX; i++) {
      assertThat(poll(pair.records, pair.sealed(DATA, new byte[0]))).isEmpty();
    }
    assertThat(pair.records.isBroken()).isFalse();
    assertThat(poll(pair.records, pair.sealed(DATA, new byte[0]))).isEmpty();
    assertThat(pair.records.isBroken()).isTrue();
  }

  @Test
  void ticketsAreThrownAwayAlsoInPieces() {
    TlsPair pair = new TlsPair(0);
    byte[] ticket = new byte[4 + 300];
    ticket[0] = 4;
    ticket[2] = 1;
    ticket[3] = 300 - 256;
    byte[] first = Arrays.copyOf(ticket, 100);
    byte[] second = Arrays.copyOfRange(ticket, 100, ticket.length);
    assertThat(poll(pair.records, pair.sealed(HANDSHAKE, ticket))).isEmpty();
    assertThat(poll(pair.records, pair.sealed(HANDSHAKE, first))).isEmpty();
    assertThat(poll(pair.records, pair.sealed(HANDSHAKE, second))).isEmpty();
    assertThat(poll(pair.records, pair.sealed(DATA, new byte[] {3}))).containsExactly(3);
  }

  @Test
  void anythingElseBehindTheHandshakeEndsTheChannel() {
    byte[] twoUpdates = new byte[10];
    System.arraycopy(keyUpdate(false), 0, twoUpdates, 0, 5);
    System.arraycopy(keyUpdate(false), 0, twoUpdates, 5, 5);
    List<byte[]> wrong =
        List.of(
            new byte[0],
            new byte[] {1, 0, 0, 0},
            new byte[] {24, 0, 0, 1, 2},
            new byte[] {24, 0, 0, 2, 0, 0},
            new byte[] {4, (byte) 0xff, 0, 0},
            twoUpdates);
    for (byte[] message : wrong) {
      TlsPair pair = new TlsPair(0);
      assertThat(poll(pair.records, pair.sealed(HANDSHAKE, message))).isEmpty();
      assertThat(pair.records.isBroken()).as(Arrays.toString(message)).isTrue();
    }
  }
}
