package io.balsa.structure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One Java file of the project, written by hand, and its code without comments and texts. */
record JavaSource(String module, Path path, List<String> lines, String code) {

  /** Comments, text blocks, strings and characters: what a rule about code must not trip over. */
  private static final Pattern NOT_CODE = Pattern.compile("//[^\n]*|/\\*.*?\\*/|\"\"\".*?(?<!\\\\)\"\"\""
      + "|\"(?:\\\\.|[^\"\\\\\n])*+\"|'(?:\\\\.|[^'\\\\\n])*+'", Pattern.DOTALL);

  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  static List<String> modules() throws IOException {
    List<String> modules = new ArrayList<>();
    Matcher m = Pattern.compile("<module>([^<]+)</module>").matcher(Files.readString(ROOT.resolve("pom.xml")));
    while (m.find())
      modules.add(m.group(1));
    return modules;
  }

  /** Every file below the modules' {@code src}, in a fixed order. */
  static List<JavaSource> all() throws IOException {
    List<JavaSource> all = new ArrayList<>();
    for (String module : modules()) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src"))) {
        files.filter(p -> p.toString().endsWith(".java")).sorted().map(p -> read(module, p)).forEach(all::add);
      }
    }
    return all;
  }

  private static JavaSource read(String module, Path path) {
    try {
      String text = Files.readString(path);
      return new JavaSource(module, ROOT.relativize(path), text.lines().toList(), strip(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String strip(String text) {
    return NOT_CODE.matcher(text).replaceAll(" ");
  }

  boolean isTest() {
    return path.startsWith(Path.of(module, "src", "test"));
  }

  /** What the build runs as a source file: in no package. */
  boolean isOfTheBuild() {
    return path.startsWith(Path.of(module, "src", "build"));
  }

  boolean contains(Pattern pattern) {
    return pattern.matcher(code).find();
  }

  Path directory() {
    return ROOT.resolve(path).resolveSibling("");
  }

  /** The same package on the other side, main for test. */
  Path mainDirectory() {
    Path test = ROOT.resolve(module).resolve(Path.of("src", "test", "java"));
    return ROOT.resolve(module).resolve(Path.of("src", "main", "java")).resolve(test.relativize(directory()));
  }

  @Override
  public String toString() {
    return path + " (" + lines.size() + " lines)";
  }
}
