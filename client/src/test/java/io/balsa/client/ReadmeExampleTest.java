package io.balsa.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.fake.FakeCluster;
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

/** The Java examples of the README, taken from the README itself: they compile for Java 17, and they run. */
@Timeout(60)
class ReadmeExampleTest {
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern ENDPOINTS = Pattern.compile("(connect|endpoints)\\(\"[^\"]*\"\\)");

  /** Those are run by GuideOnTestingIT, against a distribution. */
  private static final String TESTS = "@BalsaCluster";

  @TempDir
  Path folder;

  @Test
  void theExamplesOfTheReadmeCompileAndRun() throws Exception {
    List<String> examples = examples();
    assertThat(examples).isNotEmpty();
    try (FakeCluster cluster = new FakeCluster(3)) {
      for (int i = 0; i < examples.size(); i++) {
        run("ReadmeExample" + i, ENDPOINTS.matcher(examples.get(i)).replaceAll("$1(endpoints)"),
            cluster.endpoints());
      }
      assertThat(cluster.store().applied()).as("it did something").isNotEmpty();
    }
  }

  private static List<String> examples() throws IOException {
    List<String> examples = new ArrayList<>();
    Matcher blocks = BLOCK.matcher(Files.readString(Path.of("..", "README.md")));
    while (blocks.find()) {
      if (!blocks.group(1).startsWith(TESTS)) {
        examples.add(blocks.group(1));
      }
    }
    return examples;
  }

  private void run(String name, String example, String endpoints) throws Exception {
    Path source = folder.resolve(name + ".java");
    Files.writeString(source, """
        import io.balsa.client.*;
        import io.balsa.client.cluster.*;
        import io.balsa.client.counter.*;
        import io.balsa.client.kv.*;
        import io.balsa.client.lease.*;
        import io.balsa.client.lock.*;
        import io.balsa.client.recipe.*;
        import io.balsa.client.routing.*;
        import io.balsa.client.watch.*;
        import java.time.*;
        import java.util.*;

        public class %s {
          public static void run(String endpoints) throws Exception {
        %s
          }
        }
        """.formatted(name, example));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options = List.of("--release", "17", "-d", folder.toString(), "-classpath",
          System.getProperty("java.class.path"));
      boolean compiled = compiler.getTask(said, files, null, options, null, files.getJavaFileObjects(source)).call();
      assertThat(compiled).as("%s%n%s", example, said).isTrue();
    }
    try (URLClassLoader loader = new URLClassLoader(new URL[]{folder.toUri().toURL()}, getClass().getClassLoader())) {
      loader.loadClass(name).getMethod("run", String.class).invoke(null, endpoints);
    }
  }
}
