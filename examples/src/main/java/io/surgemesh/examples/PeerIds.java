package io.surgemesh.examples;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.MalformedMessageException;
import picocli.CommandLine;

/** Reads a peer id given on the command line. */
final class PeerIds implements CommandLine.ITypeConverter<PeerId> {
  @Override
  public PeerId convert(String text) {
    try {
      return PeerId.parse(text);
    } catch (MalformedMessageException malformed) {
      throw new CommandLine.TypeConversionException(
          "'" + text + "' is not a peer id such as 12D3Koo...: " + malformed.getMessage());
    }
  }
}
