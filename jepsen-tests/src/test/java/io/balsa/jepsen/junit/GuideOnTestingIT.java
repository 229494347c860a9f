package io.balsa.jepsen.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** The classes of the guide's page on tests, and the README's, compile for Java 17 and pass. */
@Timeout(600)
class GuideOnTestingIT {
  private static final Pattern CLASS = Pattern
      .compile("```java\n((?:@BalsaCluster[^\n]*\n)?class (\\w+Test) \\{\n.*?)```", Pattern.DOTALL);
  private static final Pattern TEST = Pattern.compile("@Test\n");

  @TempDir
  private Path folder;

  @Test
  void everyTestOfThePageCompilesAndPasses() throws Exception {
    assertPasses("guide", Files.readString(Path.of("..", "docs", "guide", "testing.md")), 6);
  }

  @Test
  void theReadmesCompilesAndPasses() throws Exception {
    assertPasses("readme", Files.readString(Path.of("..", "README.md")), 1);
  }

  private void assertPasses(String packageName, String page, int tests) throws Exception {
    List<Path> sources = new ArrayList<>();
    List<String> names = new ArrayList<>();
    int written = 0;
    for (Matcher found = CLASS.matcher(page); found.find();) {
      names.add(packageName + "." + found.group(2));
      sources.add(source(packageName, found.group(2), found.group(1)));
      written += (int) TEST.matcher(found.group(1)).results().count();
    }
    assertThat(written).as("tests in %s", names).isEqualTo(tests);
    compile(sources);
    try (URLClassLoader loader = new URLClassLoader(new URL[]{folder.toUri().toURL()}, getClass().getClassLoader())) {
      List<ClassSelector> selectors = new ArrayList<>();
      for (String name : names) {
        selectors.add(selectClass(loader.loadClass(name)));
      }
      Events ran = EngineTestKit.engine("junit-jupiter").selectors(selectors.toArray(ClassSelector[]::new)).execute()
          .allEvents();
      assertThat(ran.failed().list()).isEmpty();
      assertThat(ran.succeeded().filter(event -> event.getTestDescriptor().isTest())).hasSize(tests);
    }
  }

  private Path source(String packageName, String name, String code) throws IOException {
    Path source = Files.createDirectories(folder.resolve(packageName)).resolve(name + ".java");
    return Files.writeString(source, """
        package %s;

        import static org.junit.jupiter.api.Assertions.*;

        import io.balsa.client.*;
        import io.balsa.client.kv.*;
        import io.balsa.junit.*;
        import io.balsa.junit.cluster.*;
        import org.junit.jupiter.api.*;

        %s
        """.formatted(packageName, code));
  }

  private void compile(List<Path> sources) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options = List.of("--release", "17", "-d", folder.toString(), "-classpath",
          System.getProperty("java.class.path"));
      boolean compiled = compiler
          .getTask(said, files, null, options, null, files.getJavaFileObjectsFromPaths(sources)).call();
      assertThat(compiled).as(said.toString()).isTrue();
    }
  }
}
