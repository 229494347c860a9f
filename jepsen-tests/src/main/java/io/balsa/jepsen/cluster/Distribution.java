package io.balsa.jepsen.cluster;

import java.nio.file.Files;
import java.nio.file.Path;

/** The distribution under test: where the program is. */
public final class Distribution {
  private Distribution() {}

  /** {@code bin/balsa}; the property balsa.dist says where the distribution lies. */
  public static Path program() {
    Path program = Path.of(System.getProperty("balsa.dist", "../server/target/dist"), "bin", "balsa").toAbsolutePath()
        .normalize();
    if (!Files.isExecutable(program)) {
      throw new IllegalStateException(program + " is missing: package the server first, or set balsa.dist");
    }
    return program;
  }
}
