package io.balsa.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The id of a lease, as {@code lease grant} prints it. */
final class LeaseId implements ITypeConverter<Long> {
  @Override
  public Long convert(String text) {
    try {
      long id = Long.parseLong(text);
      if (id > 0) {
        return id;
      }
    } catch (NumberFormatException e) {
      // said below, like any other word
    }
    throw new TypeConversionException("'" + text + "' is not the id of a lease: a number, as 'balsa lease grant' "
        + "prints it");
  }
}
