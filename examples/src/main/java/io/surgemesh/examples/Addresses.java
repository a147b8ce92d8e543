package io.surgemesh.examples;

import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import picocli.CommandLine;

/** Reads a multiaddr given on the command line. */
final class Addresses implements CommandLine.ITypeConverter<Multiaddr> {
  @Override
  public Multiaddr convert(String text) {
    try {
      return Multiaddr.parse(text);
    } catch (MalformedMessageException malformed) {
      throw new CommandLine.TypeConversionException(
          "'"
              + text
              + "' is not an address such as /ip4/127.0.0.1/tcp/4001: "
              + malformed.getMessage());
    }
  }
}
