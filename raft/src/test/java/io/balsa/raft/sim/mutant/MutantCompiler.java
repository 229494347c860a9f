package io.balsa.raft.sim.mutant;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** Compiles what mutants change, one after the other in one compiler, which opens the class path only once. */
final class MutantCompiler implements AutoCloseable {
  private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
  private final StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
  private final Path sources;
  private final Path directory;

  /** @param directory for what is compiled */
  MutantCompiler(Path sources, Path directory) {
    this.sources = sources;
    this.directory = directory;
  }

  /** @return the folder of the classes */
  synchronized Path compile(Patch patch) throws IOException {
    Path java = Files.createDirectories(directory.resolve(patch.name() + "/java"));
    Path classes = Files.createDirectories(directory.resolve(patch.name() + "/classes"));
    List<Path> changed = new ArrayList<>();
    for (Map.Entry<String, String> file : patch.apply(sources).entrySet()) {
      Path source = java.resolve(file.getKey());
      Files.createDirectories(source.getParent());
      Files.writeString(source, file.getValue());
      changed.add(source);
    }
    files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
    StringWriter messages = new StringWriter();
    boolean done = compiler.getTask(messages, files, null, List.of("-nowarn", "-proc:none"), null,
        files.getJavaFileObjectsFromPaths(changed)).call();
    if (!done) {
      throw new IOException(patch.name() + " does not compile: " + messages);
    }
    return classes;
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
