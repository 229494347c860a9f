package io.balsa.server.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.server.testing.TestCluster;
import io.balsa.server.testing.TestNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The code of the guide, taken from its pages: it compiles for Java 17, and runs against a cluster of three nodes. That of {@code
 * testing.md} is tests, for a distribution, and run by jepsen-tests; what is not Java is run by {@code OtherLanguagesIT}.
 */
@Timeout(120)
class GuideTest {
  private static final Path GUIDE = Path.of("..", "docs", "guide");
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir
  private static Path folder;

  private static TestCluster cluster;
  private static String endpoints = "";

  @BeforeAll
  static void start() throws Exception {
    cluster = new TestCluster(folder.resolve("cluster"), 3).startAll();
    endpoints = cluster.nodes.stream().map(TestNode::address).collect(Collectors.joining(","));
    cluster.leader();
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"counter", "lock", "transaction", "election", "watch", "session"})
  void theCodeOfThePageCompilesAndRuns(String page) throws Exception {
    List<String> blocks = new ArrayList<>();
    Matcher found = BLOCK.matcher(Files.readString(GUIDE.resolve(page + ".md")));
    while (found.find()) {
      blocks.add(found.group(1));
    }
    assertThat(blocks).isNotEmpty();
    for (int i = 0; i < blocks.size(); i++) {
      run("Guide_" + page + i, blocks.get(i));
    }
  }

  @Test
  void everyPageIsRunAndIsInTheIndex() throws IOException {
    String index = Files.readString(GUIDE.resolve("README.md"));
    try (Stream<Path> pages = Files.list(GUIDE)) {
      assertThat(pages.map(page -> page.getFileName().toString()).filter(name -> !name.equals("README.md")))
          .containsExactlyInAnyOrder("counter.md", "lock.md", "transaction.md", "election.md", "watch.md", "session.md",
              "testing.md", "other-languages.md")
          .allSatisfy(name -> assertThat(index).contains("(" + name + ")"));
    }
  }

  /** What a page promises to print is what comes out. */
  @Test
  void whatIsPrintedIsWhatThePageSays() throws Exception {
    String counter = Files.readString(GUIDE.resolve("counter.md"));
    Matcher found = BLOCK.matcher(counter);
    List<String> blocks = new ArrayList<>();
    while (found.find()) {
      blocks.add(found.group(1));
    }
    String bounded = blocks.stream().filter(block -> block.contains("OVER_MAX")).findFirst().orElseThrow();
    assertThat(run("Guide_bounded", bounded.replace("\"seats\"", "\"seats-printed\""))).contains("OVER_MAX\n");
  }

  /** @return what it printed */
  private static String run(String name, String block) throws Exception {
    Path source = folder.resolve(name + ".java");
    Files.writeString(source, """
        import io.balsa.client.*;
        import io.balsa.client.counter.*;
        import io.balsa.client.error.*;
        import io.balsa.client.kv.*;
        import io.balsa.client.lease.*;
        import io.balsa.client.lock.*;
        import io.balsa.client.recipe.*;
        import io.balsa.client.session.ConnectionListener;
        import io.balsa.client.watch.*;
        import java.time.*;
        import java.util.*;
        import java.util.concurrent.*;

        public class %s {
          public static void run(String endpoints) throws Exception {
            try (BalsaClient client = BalsaClient.connect(endpoints)) {
        %s
            }
          }
        }
        """.formatted(name, block));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options = List.of("--release", "17", "-d", folder.toString(), "-classpath",
          System.getProperty("java.class.path"));
      boolean compiled = compiler.getTask(said, files, null, options, null, files.getJavaFileObjects(source)).call();
      assertThat(compiled).as("%s%n%s", block, said).isTrue();
    }
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try (URLClassLoader loader = new URLClassLoader(new URL[]{folder.toUri().toURL()},
        GuideTest.class.getClassLoader())) {
      loader.loadClass(name).getMethod("run", String.class).invoke(null, endpoints);
    } finally {
      System.setOut(out);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }
}
