package io.balsa.jepsen.site;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the kernel says of mounts and loop devices now. */
final class Mounts {
  private static final Path BLOCK_DEVICES = Path.of("/sys/block");
  /** How the kernel writes a blank, and what else would break a line. */
  private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");
  private static final int POINT = 4;

  /**
   * A loop device that is in use.
   *
   * @param name such as {@code loop0}
   * @param image the file that it shows, be it deleted since
   */
  record Loop(String name, Path image) {}

  private record Mount(String source, Path point) {}

  private Mounts() {}

  /** All that are in use. */
  static List<Loop> loops() {
    if (!Files.isDirectory(BLOCK_DEVICES)) {
      return List.of();
    }
    try (Stream<Path> devices = Files.list(BLOCK_DEVICES)) {
      List<Loop> loops = new ArrayList<>();
      for (Path device : devices.toList()) {
        Path image = device.resolve("loop/backing_file");
        if (Files.exists(image)) {
          loops.add(new Loop(device.getFileName().toString(), Path.of(imageIn(image))));
        }
      }
      return List.copyOf(loops);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A device that is given up meanwhile shows nothing. */
  private static String imageIn(Path file) {
    try {
      String image = Files.readString(file).strip();
      return image.endsWith(" (deleted)") ? image.substring(0, image.length() - " (deleted)".length()) : image;
    } catch (IOException e) {
      return "";
    }
  }

  /** Where a loop device is mounted. */
  static List<Path> pointsOf(Loop loop) {
    return mounts().stream().filter(mount -> mount.source().equals("/dev/" + loop.name())).map(Mount::point).toList();
  }

  /** The loop device that is mounted here. */
  static Optional<Loop> at(Path point) {
    List<String> sources = mounts().stream().filter(mount -> mount.point().equals(point)).map(Mount::source).toList();
    return loops().stream().filter(loop -> sources.contains("/dev/" + loop.name())).findFirst();
  }

  private static List<Mount> mounts() {
    try {
      List<Mount> mounts = new ArrayList<>();
      for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
        String[] halves = line.split(" - ", 2);
        mounts.add(new Mount(halves[1].split(" ", -1)[1], Path.of(unescaped(halves[0].split(" ", -1)[POINT]))));
      }
      return mounts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String unescaped(String text) {
    return OCTAL.matcher(text).replaceAll(
        found -> Matcher.quoteReplacement(Character.toString((char) Integer.parseInt(found.group(1), 8))));
  }
}
