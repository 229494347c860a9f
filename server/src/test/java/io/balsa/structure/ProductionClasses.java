package io.balsa.structure;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;

/** Every class of {@code io.balsa} on the class path that is not a test, for ArchUnit. */
final class ProductionClasses implements ImportOption {
  static final JavaClasses ALL = new ClassFileImporter().withImportOption(new ProductionClasses())
      .importPackages("io.balsa");

  /** A test-jar is target/test-classes before the package phase and a jar of its own after it. */
  @Override
  public boolean includes(Location location) {
    return !location.contains("/test-classes/") && !location.contains("-tests.jar");
  }
}
