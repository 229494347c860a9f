package io.balsa.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is read from the source files of all modules, tests included. */
class SourceRulesTest {
  private static final int LINES_MAX = 500;
  private static final Pattern SLEEP = Pattern.compile("\\bThread\\s*\\.\\s*sleep\\b|\\b[A-Z]+\\s*\\.\\s*sleep\\s*\\(");
  private static final Pattern ASSERT = Pattern.compile("\\bassert\\b");
  private static final Pattern EMPTY_NAME = Pattern
      .compile("\\b(?:class|interface|record|enum)\\s+\\w*(?:Impl|Manager|Helper|Utils?)\\b");
  private static final Pattern SERVER_SIDE = Pattern
      .compile("\\bio\\.balsa\\.(?:server|cli|storage|raft)\\b|\\borg\\.rocksdb\\b");
  private static final Pattern INTERNAL_PROTOCOL = Pattern.compile("\\bio\\.balsa\\.proto\\.internal\\b");

  private static List<JavaSource> sources = List.of();

  @BeforeAll
  static void readThem() throws IOException {
    sources = JavaSource.all();
    assertThat(sources.stream().filter(s -> !s.isTest()).map(JavaSource::module).distinct())
        .as("modules with sources of their own (proto has generated ones only)")
        .containsExactlyInAnyOrderElementsOf(
            JavaSource.modules().stream().filter(Predicate.not("proto"::equals)).toList());
  }

  @Test
  void aFileIsShortEnoughToBeRead() {
    assertNone(s -> s.lines().size() > LINES_MAX);
  }

  @Test
  void everyPackageSaysWhatItIsFor() {
    assertNone(s -> !s.isOfTheBuild() && !Files.exists(s.directory().resolve("package-info.java"))
        && !(s.isTest() && Files.exists(s.mainDirectory().resolve("package-info.java"))));
  }

  @Test
  void noTestSleeps() {
    assertNone(s -> s.isTest() && s.contains(SLEEP));
  }

  /** It is off in production: a check that matters is always on. */
  @Test
  void noMainCodeAsserts() {
    assertNone(s -> !s.isTest() && s.contains(ASSERT));
  }

  @Test
  void namesSayWhatAThingIs() {
    assertNone(s -> s.contains(EMPTY_NAME));
  }

  /** jepsen-tests sees a cluster as its users do: processes and the SDK. */
  @Test
  void jepsenTestsNeverLinkTheServer() {
    assertNone(s -> s.module().startsWith("jepsen-tests") && s.contains(SERVER_SIDE));
  }

  /** The comparison sees every store, Balsa too, as its users do; only what measures inner parts sees them. */
  @Test
  void onlyTheBenchmarksOfInnerPartsLinkTheServer() {
    assertNone(s -> s.module().equals("bench") && !s.path().getParent().endsWith("io/balsa/bench/micro")
        && (s.contains(SERVER_SIDE) || s.contains(INTERNAL_PROTOCOL)));
  }

  @Test
  void commentsAndTextsAreNotCode() {
    assertThat(SLEEP.matcher("Thread.sleep(1)").find()).isTrue();
    assertThat(SLEEP.matcher("TimeUnit.SECONDS.sleep(1)").find()).isTrue();
    assertThat(ASSERT.matcher("assert x > 0;").find()).isTrue();
    assertThat(EMPTY_NAME.matcher("final class LogManager {").find()).isTrue();
    assertThat(EMPTY_NAME.matcher("final class ManagerOf {").find()).isFalse();
    assertThat(JavaSource.strip("a /* b\n */ c // d\n \"e\\\"f\" '\"' g \"\"\"\n h \" i \"\"\" j"))
        .doesNotContainPattern(
            "[bdefhi]")
        .containsPattern("a\\s+c\\s+g\\s+j");
  }

  private static void assertNone(Predicate<JavaSource> broken) {
    assertThat(sources.stream().filter(broken)).isEmpty();
  }
}
