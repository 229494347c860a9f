package io.balsa.cli;

import java.util.Locale;
import picocli.CommandLine.Option;

/** For people or for programs. */
final class OutputOptions {
  @Option(names = {"-o",
      "--output"}, paramLabel = "text|json", defaultValue = "text",
      description = "For people (text, the default) or for programs (json).")
  private Format format = Format.TEXT;

  boolean json() {
    return format == Format.JSON;
  }

  enum Format {
    TEXT,
    JSON;

    /** As it is typed, and as shells complete it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
