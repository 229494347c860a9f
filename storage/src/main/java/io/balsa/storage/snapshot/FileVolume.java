package io.balsa.storage.snapshot;

import io.balsa.storage.log.Disk;
import io.balsa.storage.log.FileDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A {@link Volume} that is a directory of this machine's file system. */
public final class FileVolume implements Volume {
  private final Path root;
  private final FileDisk files;

  public FileVolume(Path root) {
    this.root = root;
    this.files = new FileDisk(root);
  }

  @Override
  public Disk files() {
    return files;
  }

  @Override
  public List<String> directories() throws IOException {
    if (!Files.exists(root)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(root)) {
      return paths.filter(Files::isDirectory).map(Path::getFileName).map(Path::toString).sorted().toList();
    }
  }

  @Override
  public Disk directory(String name) {
    return new FileDisk(root.resolve(name));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(root.resolve(from), root.resolve(to), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public boolean removeSome(String name) throws IOException {
    Path directory = root.resolve(name);
    if (!Files.exists(directory)) {
      return false;
    }
    try (Stream<Path> paths = Files.walk(directory)) {
      Optional<Path> file = paths.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)).findFirst();
      if (file.isPresent()) {
        Files.deleteIfExists(file.get());
        return true;
      }
    }
    remove(name);
    return false;
  }

  @Override
  public void remove(String name) throws IOException {
    try (Stream<Path> paths = Files.walk(root.resolve(name))) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
