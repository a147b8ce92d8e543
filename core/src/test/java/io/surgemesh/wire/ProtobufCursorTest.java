package io.surgemesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtobufCursorTest {
  private static final ScanLimits LIMITS = new ScanLimits(100, 10, 2);

  private static ProtobufCursor cursor(String hex) throws MalformedMessageException {
    return new ProtobufCursor(Bytes.fromHex(hex).toByteArray(), LIMITS);
  }

  @Test
  void whatIsWrittenIsReadBack() throws MalformedMessageException {
    Bytes text = Bytes.fromHex("616263");
    int inner = ProtobufSize.delimited(1, 3) + ProtobufSize.varint(2, 300);
    int all =
        ProtobufSize.varint(1, -1) + ProtobufSize.delimited(2, inner) + ProtobufSize.varint(900, 5);
    ProtobufWriter writer = new ProtobufWriter(all);
    writer.varint(1, -1);
    writer.head(2, inner);
    writer.bytes(1, text);
    writer.varint(2, 300);
    writer.varint(900, 5);

    ProtobufCursor cursor = new ProtobufCursor(writer.finish(), LIMITS);
    assertThat(cursor.next()).isTrue();
    assertThat(cursor.int32()).isEqualTo(-1);
    assertThat(cursor.next()).isTrue();
    assertThat(cursor.field()).isEqualTo(2);
    int outerEnd = cursor.enter();
    assertThat(cursor.next()).isTrue();
    assertThat(cursor.bytes()).isEqualTo(text);
    assertThat(cursor.next()).isTrue();
    assertThat(cursor.int32()).isEqualTo(300);
    assertThat(cursor.next()).isFalse();
    cursor.leave(outerEnd);
    assertThat(cursor.next()).isTrue();
    assertThat(cursor.field()).isEqualTo(900);
    cursor.skip();
    assertThat(cursor.next()).isFalse();
  }

  @Test
  void aMessageShorterThanWasSaidIsNotHandedOut() {
    ProtobufWriter writer = new ProtobufWriter(3);
    writer.varint(1, 1);
    assertThatIllegalStateException().isThrownBy(writer::finish);
  }

  @ParameterizedTest
  @CsvSource({
    "field number zero, 0001",
    "field number of 30 bits, 808080801001",
    "ends inside a tag, 80",
    "ends inside a varint, 0880",
    "varint of 65 bits, 08ffffffffffffffffff02",
    "value reaches beyond the end, 0a0261",
    "negative length, 0affffffffffffffffff01",
    "ends inside 32 bits, 0d000000",
    "ends inside 64 bits, 0900000000000000",
    "group, 0b0c",
    "wire type 7, 0f",
    "eleven fields, 08000800080008000800080008000800080008000800"
  })
  void whatIsNotWellFormedIsRefused(String name, String hex) {
    assertThatThrownBy(
            () -> {
              ProtobufCursor cursor = cursor(hex);
              while (cursor.next()) {
                cursor.skip();
              }
            })
        .as(name)
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void valuesOfOtherTypesAreRefused() throws MalformedMessageException {
    ProtobufCursor number = cursor("0801");
    assertThat(number.next()).isTrue();
    assertThatThrownBy(number::bytes).isInstanceOf(MalformedMessageException.class);
    ProtobufCursor bytes = cursor("0a00");
    assertThat(bytes.next()).isTrue();
    assertThatThrownBy(bytes::int32).isInstanceOf(MalformedMessageException.class);
    ProtobufCursor large = cursor("088080808010");
    assertThat(large.next()).isTrue();
    assertThatThrownBy(large::int32).isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void deeperNestingAndMoreBytesThanAllowedAreRefused() throws MalformedMessageException {
    ProtobufCursor nested = cursor("0a040a020a00");
    assertThat(nested.next()).isTrue();
    int unused = nested.enter();
    assertThat(nested.next()).isTrue();
    assertThatThrownBy(nested::enter).isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> new ProtobufCursor(new byte[101], LIMITS))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void aFieldThatOccursTwiceIsRefusedByWhoAsks() throws MalformedMessageException {
    ProtobufCursor cursor = cursor("08011002" + "0803");
    assertThat(cursor.next()).isTrue();
    long seen = cursor.once(0);
    cursor.skip();
    assertThat(cursor.next()).isTrue();
    long both = cursor.once(seen);
    cursor.skip();
    assertThat(cursor.next()).isTrue();
    assertThatThrownBy(() -> cursor.once(both)).isInstanceOf(MalformedMessageException.class);
  }
}
