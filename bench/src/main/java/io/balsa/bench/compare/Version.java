package io.balsa.bench.compare;

import picocli.CommandLine.IVersionProvider;

/** {@code --version}: as the jar says; classes that were not packed have none. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[]{"balsa-compare " + (version == null ? "(not packed)" : version)};
  }
}
