package io.balsa.cli;

import io.balsa.server.config.HostPort;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** One {@code host:port} that others can dial. */
final class Addresses implements ITypeConverter<String> {
  @Override
  public String convert(String text) {
    try {
      HostPort address = HostPort.of(text);
      if (address.port() == 0 || address.isWildcard()) {
        throw new TypeConversionException(
            "nobody can dial '" + text + "': give the address by which others reach the node");
      }
      return address.toString();
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException("'" + text + "' is not an address: write host:port, like 10.0.0.4:7101");
    }
  }
}
