package io.balsa.raft.sim.mutant;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;

/** Loads some classes anew, mutated ones first; everything else comes from the parent. */
final class MutantLoader extends ClassLoader {
  private final Path mutated;
  private final Predicate<String> anew;

  MutantLoader(Path mutated, Predicate<String> anew, ClassLoader parent) {
    super(parent);
    this.mutated = mutated;
    this.anew = anew;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!anew.test(name)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : findClass(name);
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    String path = name.replace('.', '/') + ".class";
    try {
      byte[] bytes;
      if (Files.exists(mutated.resolve(path))) {
        bytes = Files.readAllBytes(mutated.resolve(path));
      } else {
        try (InputStream in = getParent().getResourceAsStream(path)) {
          if (in == null) {
            throw new ClassNotFoundException(name);
          }
          bytes = in.readAllBytes();
        }
      }
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }
}
