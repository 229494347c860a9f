package io.balsa.server.identity;

import io.balsa.server.identity.ReplacementRecord.Granted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Carries a replacement through that was granted (I3), on disk only. What the directory held goes, as it is, into a folder inside it,
 * and is never deleted; then the directory becomes that of the new incarnation, which has joined and has no log yet.
 *
 * <p>The order, each line durable before the next begins, so that a crash anywhere leaves what {@link #carryThrough} can begin again
 * with:
 * <ol>
 * <li>{@code replacement} says that it was granted, and names the folder (before this class is asked);
 * <li>the folder is there;
 * <li>log and state, {@code formed}, {@code known}, {@code restored} and at last {@code identity} are in it: as long as no {@code
 * identity} of the new incarnation exists, whatever lies outside is old;
 * <li>{@code identity} is the new one: from here on nothing outside is old;
 * <li>{@code known} and {@code formed} say how it joined; written again by every repetition, for nothing is built on them yet;
 * <li>{@code replacement} is gone, and the directory is like that of any node that has just joined.
 * </ol>
 */
final class SetAside {
  static final String PREFIX = "set-aside-";
  private static final String GROUP = "group-0";
  private static final String FORMED = "formed";
  private static final String IDENTITY = "identity";
  private static final List<String> CONTENT = List.of(GROUP, FORMED, KnownMembers.FILE, RestoredRecord.FILE, IDENTITY);

  /** Hears of each step before it is taken; a test lets the process end there. */
  interface Steps {
    Steps NONE = step -> {
    };

    void before(String step) throws IOException;
  }

  private final Path root;
  private final Steps steps;

  SetAside(Path root, Steps steps) {
    this.root = root;
    this.steps = steps;
  }

  /** A folder that does not exist yet. */
  static String nextFolder(Path root) throws IOException {
    int newest = 0;
    try (Stream<Path> files = Files.list(root)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = String.valueOf(file.getFileName());
        if (name.matches(PREFIX + "[0-9]{1,8}")) {
          newest = Math.max(newest, Integer.parseInt(name.substring(PREFIX.length())));
        }
      }
    }
    return PREFIX + (newest + 1);
  }

  /**
   * Begins, or goes on where a crash left it.
   *
   * @param record granted, and durable
   * @return the folder with the old content
   * @throws IllegalArgumentException if {@code identity} cannot be read
   */
  Path carryThrough(ReplacementRecord record) throws IOException {
    Granted granted = record.granted();
    if (granted == null) {
      throw new IllegalStateException("nobody has granted the replacement of " + record.old());
    }
    byte[] identity = DurableFile.read(root.resolve(IDENTITY));
    if (identity == null || !Identity.decode(identity).equals(record.renewed())) {
      moveInto(root.resolve(granted.directory()));
      steps.before("write identity");
      DurableFile.write(root.resolve(IDENTITY), record.renewed().encode());
    }
    steps.before("write known");
    DurableFile.write(root.resolve(KnownMembers.FILE), granted.members().encode());
    steps.before("write formed");
    DurableFile.write(root.resolve(FORMED), record.joined().encode());
    steps.before("delete replacement");
    Files.delete(root.resolve(ReplacementRecord.FILE));
    DurableFile.syncDirectory(root);
    return root.resolve(granted.directory());
  }

  private void moveInto(Path folder) throws IOException {
    steps.before("make folder");
    Files.createDirectories(folder);
    DurableFile.syncDirectory(root);
    for (String name : CONTENT) {
      if (Files.exists(root.resolve(name))) {
        steps.before("move " + name);
        Files.move(root.resolve(name), folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      }
    }
    steps.before("sync folder");
    DurableFile.syncDirectory(folder);
    steps.before("sync");
    DurableFile.syncDirectory(root);
  }
}
