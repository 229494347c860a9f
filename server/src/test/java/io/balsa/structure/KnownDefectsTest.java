package io.balsa.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/known-defects.md} names every test whose name carries a public number, with its class, and no other. */
class KnownDefectsTest {
  private static final Path PAGE = Path.of("..", "docs", "known-defects.md");
  private static final Pattern TEST = Pattern
      .compile("\\bvoid ((?:curator|etcd|jetcd|k8s|ratis|jraft|redisson|consul|zookeeper)\\d+_\\w+)\\(");
  private static final Pattern NAMED = Pattern.compile("`(\\w+)`(?:: |, )?");

  @Test
  void thePageNamesTheTestsThatThereAre() throws IOException {
    Set<String> there = new TreeSet<>();
    for (JavaSource source : JavaSource.all()) {
      Matcher tests = TEST.matcher(source.code());
      while (tests.find()) {
        there.add(source.path().getFileName().toString().replace(".java", "") + " " + tests.group(1));
      }
    }
    Set<String> named = new TreeSet<>();
    String testClass = "";
    Matcher names = NAMED.matcher(Files.readString(PAGE));
    while (names.find()) {
      String name = names.group(1);
      if (Character.isUpperCase(name.charAt(0))) {
        testClass = name;
      } else {
        named.add(testClass + " " + name);
      }
    }
    assertThat(there).isNotEmpty();
    assertThat(named).isEqualTo(there);
  }
}
