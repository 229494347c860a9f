package io.balsa.structure;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/**
 * Who may import whom. An empty left side fails a rule (ArchUnit's default), so none of them can become vacuous by a renamed
 * package. What jepsen-tests imports is read from its sources by {@link SourceRulesTest}: it is built after this module.
 */
class ModuleArrowsTest {
  private static final String JSPECIFY = "org.jspecify.annotations..";

  @Test
  void raftKnowsTheJdkAndJSpecifyOnly() {
    check(classes().that().resideInAPackage("io.balsa.raft..").should().onlyDependOnClassesThat()
        .resideInAnyPackage("io.balsa.raft..", "java..", JSPECIFY));
  }

  @Test
  void theCoreHasNoThreadClockSocketFileFutureOrLogger() {
    check(noClasses().that().resideInAPackage("io.balsa.raft.core..").should().dependOnClassesThat()
        .resideInAnyPackage("java.io..", "java.nio.channels..", "java.nio.file..", "java.net..",
            "java.util.concurrent..", "java.util.logging.."));
    check(noClasses().that().resideInAPackage("io.balsa.raft.core..").should().dependOnClassesThat()
        .belongToAnyOf(Thread.class, System.Logger.class, Clock.class, Instant.class));
  }

  @Test
  void storageImplementsThePortsOfRaftAndDecodesCommands() {
    check(classes().that().resideInAPackage("io.balsa.storage..").should().onlyDependOnClassesThat()
        .resideInAnyPackage("io.balsa.storage..", "io.balsa.raft..", "io.balsa.proto..", "com.google.protobuf..",
            "org.rocksdb..", "java..", JSPECIFY));
  }

  @Test
  void rocksDbIsKnownToOnePackage() {
    check(noClasses().that().resideOutsideOfPackage("io.balsa.storage.rocks..").should().dependOnClassesThat()
        .resideInAPackage("org.rocksdb.."));
  }

  @Test
  void protoHoldsGeneratedCodeOnly() {
    check(classes().that().resideInAPackage("io.balsa.proto..").should().onlyDependOnClassesThat()
        .resideInAnyPackage("io.balsa.proto..", "com.google..", "io.grpc..", "java.."));
  }

  @Test
  void theSdkKnowsTheWireProtocolOnly() {
    check(classes().that().resideInAPackage("io.balsa.client..").should().onlyDependOnClassesThat()
        .resideInAnyPackage("io.balsa.client..", "io.balsa.proto..", "com.google.protobuf..", "com.google.rpc..",
            "com.google.common..", "io.grpc..", "io.netty..", "org.slf4j..", "java..", JSPECIFY));
  }

  /** So that the simulator can drive what decides in a client. */
  @Test
  void theSessionLogicOfTheSdkKnowsNoConnectionAndNoThread() {
    check(classes().that().resideInAnyPackage("io.balsa.client.session..", "io.balsa.client.routing..").should()
        .onlyDependOnClassesThat().resideInAnyPackage("io.balsa.client.session..", "io.balsa.client.routing..",
            "io.balsa.client.error..", "io.balsa.proto..", "com.google.protobuf..", "java.lang..", "java.util",
            "java.util.function..", "java.util.random..", "java.util.concurrent", JSPECIFY));
    check(noClasses().that().resideInAnyPackage("io.balsa.client.session..", "io.balsa.client.routing..").should()
        .dependOnClassesThat().belongToAnyOf(Thread.class));
  }

  @Test
  void theServerDoesNotUseTheClientAndNobodyUsesTheCommandLine() {
    check(noClasses().that().resideInAPackage("io.balsa.server..").should().dependOnClassesThat()
        .resideInAPackage("io.balsa.client.."));
    check(noClasses().that().resideOutsideOfPackage("io.balsa.cli..").should().dependOnClassesThat()
        .resideInAPackage("io.balsa.cli.."));
  }

  @Test
  void everyClassIsInARoomOfTheHouse() {
    check(classes().should().resideInAnyPackage("io.balsa.proto..", "io.balsa.raft..", "io.balsa.storage..",
        "io.balsa.client..", "io.balsa.server..", "io.balsa.cli.."));
  }

  private static void check(ArchRule rule) {
    rule.check(ProductionClasses.ALL);
  }
}
