package io.balsa.junit.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The distribution whose servers are started: the directory that {@code balsa-<version>.tar.gz} unpacks to. The system property
 * {@code balsa.dist} names it, or else the environment variable {@code BALSA_HOME}.
 */
public final class Distribution {
  /** The system property that names it. */
  public static final String PROPERTY = "balsa.dist";
  private static final String VARIABLE = "BALSA_HOME";

  private Distribution() {}

  /**
   * Its {@code bin/balsa}.
   *
   * @throws IllegalStateException when no distribution is named, or what is named is none; it says what to do
   */
  public static Path program() {
    return program(System.getProperty(PROPERTY), System.getenv(VARIABLE));
  }

  static Path program(@Nullable String property, @Nullable String variable) {
    if (property != null && !property.isBlank()) {
      return programIn(property, "the system property " + PROPERTY);
    }
    if (variable != null && !variable.isBlank()) {
      return programIn(variable, "the environment variable " + VARIABLE);
    }
    throw new IllegalStateException("there is no Balsa to start servers of: unpack balsa-<version>.tar.gz, and name the"
        + " directory that it makes, the one with bin/balsa in it, in the environment variable " + VARIABLE
        + " or the system property " + PROPERTY
        + " of the JVM of the tests (with Maven in systemPropertyVariables of its Surefire plugin)");
  }

  private static Path programIn(String directory, String named) {
    Path home = Path.of(directory).toAbsolutePath().normalize();
    Path program = home.resolve("bin").resolve("balsa");
    if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
      throw new IllegalStateException(named + " names " + home + ", which is no distribution of Balsa: "
          + (Files.exists(program) ? program + " is no program" : "there is no bin/balsa in it"));
    }
    return program;
  }
}
