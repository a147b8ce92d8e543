package io.surgemesh.dht;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CborReaderTest {
  private static CborReader reader(String hex) {
    return new CborReader(Bytes.fromHex(hex).toByteArray());
  }

  @ParameterizedTest
  @CsvSource({
    "00, 0",
    "17, 23",
    "1818, 24",
    "18ff, 255",
    "190100, 256",
    "1a00010000, 65536",
    "1b0000000100000000, 4294967296",
    "1bffffffffffffffff, 18446744073709551615",
  })
  void numbersHaveTheBytesOfRfc8949(String hex, String number) throws MalformedMessageException {
    CborReader reader = reader(hex);
    long read = reader.unsigned();
    assertThat(Long.toUnsignedString(read)).isEqualTo(number);
    reader.requireEnd();
    assertThat(Bytes.of(new CborWriter().unsigned(read).toByteArray()).toHex()).isEqualTo(hex);
  }

  @Test
  void whatWasWrittenIsReadAgain() throws MalformedMessageException {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 2000; i++) {
      long number = random.nextLong() >>> random.nextInt(64);
      byte[] content = new byte[random.nextInt(600)];
      random.nextBytes(content);
      CborWriter writer = new CborWriter().map(2);
      writer.text("a").unsigned(number).text("b").bytes(Bytes.of(content));
      CborReader reader = new CborReader(writer.toByteArray());
      List<Object> read = new ArrayList<>();
      reader.map(key -> read.add(key.equals("a") ? (Object) reader.unsigned() : reader.bytes()));
      reader.requireEnd();
      assertThat(read).containsExactly(number, Bytes.of(content));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "an unsigned number, 1903e8",
    "a negative number, 3903e7",
    "bytes, 43010203",
    "text, 63616263",
    "an empty list, 80",
    "a list of lists, 8301820203820405",
    "a map, a26161016162820203",
    "keys of two lengths, a3616101616202626161a0",
    "false true null, 83f4f5f6",
    "a double, fb3ff199999999999a",
    "a link, d82a4500017112a0",
  })
  void valuesOfEveryKindArePassedOver(String what, String hex) throws MalformedMessageException {
    CborReader reader = reader(hex);
    reader.skip();
    reader.requireEnd();
    for (int cut = 0; cut < hex.length(); cut += 2) {
      CborReader part = reader(hex.substring(0, cut));
      assertThatThrownBy(part::skip).as(what).isInstanceOf(MalformedMessageException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "24 in two bytes, 190018",
    "23 in one byte, 1817",
    "2^16-1 in four, 1a0000ffff",
    "2^32-1 in eight, 1b00000000ffffffff",
    "-24 in one byte, 3817",
    "a length in one byte, 580161",
    "bytes of open length, 5f4161ff",
    "a list of open length, 9f01ff",
    "a map of open length, bf616101ff",
    "the end of nothing, ff",
    "a reserved length, 1c",
    "undefined, f7",
    "another simple value, f8ff",
    "half a double, f93c00",
    "a float, fa3f800000",
    "not a number, fb7ff8000000000000",
    "infinity, fb7ff0000000000000",
    "a tag that is no link, c11a514b67b0",
    "a link that is text, d82a6161",
    "a link with a long tag, d9002a4101",
    "two keys alike, a2616101616102",
    "keys out of order, a2616201616102",
    "a longer key first, a262626101616302",
    "a number as key, a10102",
    "bytes as key, a1416102",
    "a map that lacks its value, a16161",
    "a list of 2^63 items, 9b8000000000000000",
    "a list of 2^62 items, 9b4000000000000000",
    "bytes of 2^63, 5b8000000000000000",
    "bytes of 2^32, 5b0000000100000000",
  })
  void whatHasAnotherEncodingOrNoneIsRefused(String what, String hex) {
    CborReader reader = reader(hex);
    assertThatThrownBy(
            () -> {
              reader.skip();
              reader.requireEnd();
            })
        .as(what)
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void nestingIsLimited() throws MalformedMessageException {
    reader("81".repeat(CborReader.NESTING_MAX - 1) + "00").skip();
    CborReader tooDeep = reader("81".repeat(CborReader.NESTING_MAX) + "00");
    assertThatThrownBy(tooDeep::skip).isInstanceOf(MalformedMessageException.class);
    CborReader maps = reader("a16161".repeat(5000) + "00");
    assertThatThrownBy(maps::skip).isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void aValueOfAnotherKindThanAskedForIsRefused() {
    assertThatThrownBy(() -> reader("01").bytes()).isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> reader("20").unsigned()).isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> reader("6161").bytes()).isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> reader("80").map(key -> {}))
        .isInstanceOf(MalformedMessageException.class);
  }
}
