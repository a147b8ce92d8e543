package io.surgemesh.examples;

import picocli.CommandLine;

/** Reads a price given on the command line: a list as of an offer, or one number a cpu-second. */
final class PriceOption implements CommandLine.ITypeConverter<OfferOption.Values> {
  private final OfferOption list = new OfferOption();

  @Override
  public OfferOption.Values convert(String text) {
    return list.convert(text.contains("=") ? text : "cpu-second=" + text);
  }
}
