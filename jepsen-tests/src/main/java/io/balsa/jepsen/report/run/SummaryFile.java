package io.balsa.jepsen.report.run;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A {@link RunSummary} as JSON. Safe for use by any thread. */
public final class SummaryFile {
  /** Fields that are not known come from a later version of the same format. One that is missing makes the file unreadable. */
  private static final JsonMapper MAPPER = JsonMapper.builder()
      .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES).build();

  private SummaryFile() {}

  /** Writes it, for people too; a file that is there is replaced. */
  public static void write(RunSummary summary, Path file) throws IOException {
    Files.writeString(file, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(summary) + "\n");
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException it is not there, or is no summary of {@link RunSummary#FORMAT this format}
   */
  public static RunSummary read(Path file) throws IOException {
    RunSummary summary = MAPPER.readValue(file.toFile(), RunSummary.class);
    if (summary.format() != RunSummary.FORMAT) {
      throw new IOException(file + " has format " + summary.format() + ", and this version reads "
          + RunSummary.FORMAT);
    }
    return summary;
  }
}
