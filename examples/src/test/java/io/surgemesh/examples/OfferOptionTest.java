package io.surgemesh.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class OfferOptionTest {
  private final OfferOption option = new OfferOption();

  @Test
  void sizesAndCoresAreRead() {
    OfferOption.Values values = option.convert("cpu=1.5,memory=2GiB,storage=1000");
    assertThat(values.milli("cpu", "0")).isEqualTo(1500);
    assertThat(values.bytes("memory", "0")).isEqualTo(2L << 30);
    assertThat(values.bytes("storage", "0")).isEqualTo(1000);
    assertThat(values.bytes("absent", "3KiB")).isEqualTo(3072);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "cpu", "cpu=", "=2", "cpu=2,", "cpu=1,cpu=2"})
  void whatIsNotAListIsRefused(String text) {
    assertThatThrownBy(() -> option.convert(text)).isInstanceOf(TypeConversionException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "-1", "1PiB", "99999999999999999999", "9999999999999GiB", "1.5GiB"})
  void whatIsNotASizeIsRefused(String text) {
    OfferOption.Values values = option.convert("memory=" + text);
    assertThatThrownBy(() -> values.bytes("memory", "0"))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("memory");
  }

  @Test
  void anUnknownNameIsRefusedAndNamed() {
    assertThatThrownBy(() -> option.convert("cpus=2").requireOnly("--offer", "cpu", "memory"))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("cpus");
  }

  @Test
  void aBarePriceIsThatOfACpuSecond() {
    assertThat(new PriceOption().convert("12").number("cpu-second", "0")).isEqualTo(12);
    assertThat(new PriceOption().convert("cpu-second=3,start=4").number("start", "0")).isEqualTo(4);
    assertThatThrownBy(() -> new PriceOption().convert("dear").number("cpu-second", "0"))
        .isInstanceOf(TypeConversionException.class);
  }
}
