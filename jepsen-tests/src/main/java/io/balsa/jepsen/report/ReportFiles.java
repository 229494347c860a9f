package io.balsa.jepsen.report;

import io.balsa.jepsen.report.page.RunPage;
import io.balsa.jepsen.report.run.RunReport;
import io.balsa.jepsen.report.run.RunSummary;
import io.balsa.jepsen.report.run.Summarizer;
import io.balsa.jepsen.report.run.SummaryFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files that a run leaves for people and for programs. */
public final class ReportFiles {
  /** A page that needs nothing but itself. */
  public static final String PAGE = "report.html";
  /** The {@link RunSummary} as JSON. */
  public static final String SUMMARY = "summary.json";

  private ReportFiles() {}

  /**
   * Writes both. Files that are there are replaced.
   *
   * @param directory is made if it is not there
   * @return what the second one holds
   */
  public static RunSummary write(RunReport run, Path directory) throws IOException {
    Files.createDirectories(directory);
    RunSummary summary = Summarizer.summarize(run);
    // The numbers first: they are there even if there is no room for the page.
    SummaryFile.write(summary, directory.resolve(SUMMARY));
    try (Writer writer = Files.newBufferedWriter(directory.resolve(PAGE))) {
      RunPage.write(run, summary, writer);
    } catch (UncheckedIOException e) {
      throw new IOException(directory.resolve(PAGE) + " could not be written", e);
    }
    return summary;
  }

  /**
   * The summaries below a directory, in the order of their paths.
   *
   * @throws IOException one of them cannot be read: a table without it would not say what it leaves out
   */
  public static List<RunSummary> summaries(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> below = Files.walk(directory)) {
      files = below.filter(file -> file.endsWith(SUMMARY)).sorted().toList();
    } catch (UncheckedIOException e) {
      throw new IOException("not all below " + directory + " could be looked at", e);
    }
    List<RunSummary> summaries = new ArrayList<>();
    for (Path file : files) {
      summaries.add(SummaryFile.read(file));
    }
    return List.copyOf(summaries);
  }
}
