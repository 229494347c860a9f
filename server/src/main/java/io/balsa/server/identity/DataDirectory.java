package io.balsa.server.identity;

import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The data directory of one node, locked against any other process for as long as this object is open:
 * {@code LOCK}, {@code identity}, {@code formed}, {@code group-0/log}, {@code group-0/state-...}, and {@code restored} in one that a
 * snapshot was restored into. Used by the thread that starts
 * the node, then by the one that forms the cluster; never by two at once.
 */
public final class DataDirectory implements AutoCloseable {
  private final Path root;
  private final FileChannel lockChannel;

  private DataDirectory(Path root, FileChannel lockChannel) {
    this.root = root;
    this.lockChannel = lockChannel;
  }

  /** Makes the directory if need be and locks it. */
  public static DataDirectory lock(Path root) throws StartRefused {
    try {
      createDurably(root);
      FileChannel channel = FileChannel.open(root.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.READ,
          StandardOpenOption.WRITE);
      if (!tryLock(channel)) {
        String holder = holder(channel);
        channel.close();
        throw new StartRefused("data directory " + root + " is in use by another server" + holder
            + "; stop that one, or give this one a --data of its own");
      }
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(("pid " + ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8)),
          0);
      return new DataDirectory(root, channel);
    } catch (FileAlreadyExistsException e) {
      throw new StartRefused("--data " + root + " is a file, not a directory; give a directory", e);
    } catch (IOException e) {
      throw new StartRefused(
          "data directory " + root + " cannot be used: " + e + "; see that this user may write there", e);
    }
  }

  /**
   * Who this directory is. An empty directory becomes {@code id} with a new incarnation, durable before this returns (I1).
   */
  public Identity identity(NodeId id) throws StartRefused, IOException {
    byte[] content = DurableFile.read(root.resolve("identity"));
    if (content == null) {
      requireEmpty();
      Identity fresh = new Identity(id, freshIncarnation());
      DurableFile.write(root.resolve("identity"), fresh.encode());
      return fresh;
    }
    Identity stored;
    try {
      stored = Identity.decode(content);
    } catch (IllegalArgumentException e) {
      throw damaged("identity", e);
    }
    if (!stored.id().equals(id)) {
      throw new StartRefused("data directory " + root + " belongs to node " + stored.id() + ", not to " + id
          + ": start it with --id " + stored.id() + ", or give " + id + " its own --data");
    }
    return stored;
  }

  /** The cluster that this node has formed, or null; checked against its identity and against what lies beside it. */
  public @Nullable FormedRecord formed(Identity identity) throws StartRefused, IOException {
    byte[] content = DurableFile.read(root.resolve("formed"));
    if (content == null) {
      if (Files.exists(group()) && startDigest() == 0) {
        throw new StartRefused(
            "data directory " + root + " holds a log but not the file \"formed\", which is written before"
                + " it: the directory is damaged. Put the file back from where it went; " + replaceHint(identity));
      }
      return null;
    }
    FormedRecord record;
    try {
      record = FormedRecord.decode(content);
    } catch (IllegalArgumentException e) {
      throw damaged("formed", e);
    }
    Member self = record.initial().member(identity.id());
    if (self == null || self.incarnation() != identity.incarnation()) {
      throw new StartRefused("data directory " + root + " is put together from two: \"identity\" is " + identity.id()
          + " incarnation " + Identity.hex(identity.incarnation()) + ", and \"formed\" is of a cluster that knows "
          + (self == null ? "no such node" : "incarnation " + Identity.hex(self.incarnation()))
          + ". Start with the directory as it was");
    }
    if (record.state() == FormedRecord.State.FORMED && isEmpty(log())) {
      // I3: a node that voted and has forgotten it must not vote again.
      throw new StartRefused(
          "the log of " + identity.id() + " in " + log() + " is gone, so this node may have promised what"
              + " it no longer knows, and does not start. Put the log back if it was moved; " + replaceHint(identity));
    }
    return record;
  }

  /** Durable when it returns. */
  public void write(FormedRecord record) throws IOException {
    DurableFile.write(root.resolve("formed"), record.encode());
  }

  public Path root() {
    return root;
  }

  public Path log() {
    return group().resolve("log");
  }

  /**
   * What a cluster formed from this directory starts from (I2): 0, nothing, or the digest of the one snapshot that was restored.
   */
  public long startDigest() throws StartRefused, IOException {
    byte[] content = DurableFile.read(root.resolve(RestoredRecord.FILE));
    try {
      return content == null ? 0 : RestoredRecord.decode(content).digest();
    } catch (IllegalArgumentException e) {
      throw damaged(RestoredRecord.FILE, e);
    }
  }

  /** The last step of a restore; durable when it returns. Before it, a start refuses what lies here. */
  public void write(RestoredRecord record) throws IOException {
    DurableFile.write(root.resolve(RestoredRecord.FILE), record.encode());
  }

  /** @throws StartRefused unless nothing was ever kept here */
  public void requireUnused() throws StartRefused, IOException {
    try (Stream<Path> files = Files.list(root)) {
      List<String> others = files.map(f -> f.getFileName().toString())
          .filter(name -> !name.equals("LOCK") && !name.equals("lost+found")).sorted().toList();
      if (!others.isEmpty()) {
        throw new StartRefused("data directory " + root + " is not empty (" + String.join(", ", others)
            + "): a snapshot is restored into a new one, for every node of the new cluster. Give an empty directory; if a restore"
            + " was cut off here, delete it first");
      }
    }
  }

  /** Of the one Raft group: its log, and its state. */
  public Path group() {
    return root.resolve("group-0");
  }

  @Override
  public void close() throws IOException {
    lockChannel.close();
  }

  /** What a node that lost its memory can do. */
  public static String replaceHint(Identity identity) {
    return "never start it with part of its data. Replacing a node that lost its data needs a membership change, which this"
        + " version does not have yet; the other nodes go on without " + identity.id()
        + " as long as they are a majority";
  }

  private void requireEmpty() throws StartRefused, IOException {
    if (startDigest() != 0) {
      return; // a snapshot was restored into it, whole
    }
    try (Stream<Path> files = Files.list(root)) {
      List<String> others = files.map(f -> f.getFileName().toString())
          .filter(name -> !name.equals("LOCK") && !name.equals("identity.tmp") && !name.equals("lost+found")).sorted()
          .toList();
      if (!others.isEmpty()) {
        throw new StartRefused(
            "data directory " + root + " has no file \"identity\" but is not empty (" + String.join(", ", others)
                + "): it is no data directory of Balsa, or damaged. Give an empty one, or put the file back");
      }
    }
  }

  private StartRefused damaged(String file, IllegalArgumentException why) {
    return new StartRefused("file \"" + file + "\" in data directory " + root + " is damaged: " + why.getMessage()
        + ". Put it back from a copy of this directory; do not delete it", why);
  }

  private static long freshIncarnation() {
    long incarnation = new SecureRandom().nextLong();
    return incarnation == 0 ? 1 : incarnation;
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // by this very process
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(64);
    channel.read(buffer, 0);
    String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8).strip();
    return text.isEmpty() ? "" : " (" + text + ")";
  }

  private static boolean isEmpty(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return true;
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isEmpty();
    }
  }

  /** Every directory made is durable in its parent, else a crash could lose the identity with the directory. */
  private static void createDurably(Path directory) throws IOException {
    Path parent = directory.toAbsolutePath().getParent();
    if (parent == null || Files.isDirectory(directory)) {
      return;
    }
    createDurably(parent);
    try {
      Files.createDirectory(directory);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) { // else another process made it just now
        throw e;
      }
    }
    DurableFile.syncDirectory(parent);
  }
}
