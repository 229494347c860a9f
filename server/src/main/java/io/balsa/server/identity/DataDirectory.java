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
 * {@code LOCK}, {@code identity}, {@code formed}, {@code known}, {@code group-0/log}, {@code group-0/state-...}, {@code restored} in one
 * that a snapshot was restored into, {@code replacement} while a lost log makes another node of it, and {@code set-aside-...} with
 * what it held before. Used by the thread that starts the node, then by the one that brings it into its cluster; {@link
 * #write(KnownMembers)} by one thread after that.
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
    requireId(stored, id);
    return stored;
  }

  /** The cluster that this node belongs to, or null; checked against its identity and against what lies beside it. */
  public @Nullable FormedRecord formed(Identity identity) throws StartRefused, IOException {
    byte[] content = DurableFile.read(root.resolve("formed"));
    if (content == null) {
      if (Files.exists(group()) && startDigest() == 0) {
        throw new StartRefused(
            "data directory " + root + " holds a log but not the file \"formed\", which is written before"
                + " it: the directory is damaged. Put the file back from where it went; if it is lost, "
                + byHand(identity.id()));
      }
      return null;
    }
    FormedRecord record;
    try {
      record = FormedRecord.decode(content);
    } catch (IllegalArgumentException e) {
      throw damaged("formed", e);
    }
    if (!record.isOf(identity)) {
      Member other = record.initial().member(identity.id());
      throw new StartRefused("data directory " + root + " is put together from two: \"identity\" is " + identity.id()
          + " incarnation " + Identity.hex(identity.incarnation()) + ", and \"formed\" is of a cluster that "
          + (other == null ? "was formed without it"
              : "was formed with incarnation " + Identity.hex(other.incarnation()))
          + ". Start with the directory as it was");
    }
    return record;
  }

  /** Whether there was a log and is none (I3): a node that voted and has forgotten it must not vote again. */
  public boolean isLogLost(FormedRecord record) throws IOException {
    return record.state() == FormedRecord.State.FORMED && isEmpty(log());
  }

  /** Durable when it returns. */
  public void write(FormedRecord record) throws IOException {
    DurableFile.write(root.resolve("formed"), record.encode());
  }

  /** The members that were known last, of this cluster; null: none were noted. */
  public @Nullable KnownMembers known(long clusterId) throws StartRefused, IOException {
    byte[] content = DurableFile.read(root.resolve(KnownMembers.FILE));
    try {
      KnownMembers known = content == null ? null : KnownMembers.decode(content);
      return known == null || known.clusterId() != clusterId ? null : known;
    } catch (IllegalArgumentException e) {
      throw damaged(KnownMembers.FILE, e);
    }
  }

  /** Durable when it returns. */
  public void write(KnownMembers known) throws IOException {
    DurableFile.write(root.resolve(KnownMembers.FILE), known.encode());
  }

  /** That this node is to be replaced by a new incarnation of itself (I3), if it is; asked before anything else is read. */
  public @Nullable ReplacementRecord replacement(NodeId id) throws StartRefused, IOException {
    byte[] content = DurableFile.read(root.resolve(ReplacementRecord.FILE));
    if (content == null) {
      return null;
    }
    try {
      ReplacementRecord record = ReplacementRecord.decode(content);
      requireId(record.old(), id);
      return record;
    } catch (IllegalArgumentException e) {
      throw damaged(ReplacementRecord.FILE, e);
    }
  }

  /** The log is lost: from here on, durably, this directory is not to be used as it was (I3). */
  public ReplacementRecord beginReplacement(Identity identity, FormedRecord formed, boolean voter, String why)
      throws IOException {
    ReplacementRecord record = new ReplacementRecord(identity, freshIncarnation(), voter, why, formed, null);
    write(record);
    return record;
  }

  /** Durable when it returns. */
  public void write(ReplacementRecord record) throws IOException {
    DurableFile.write(root.resolve(ReplacementRecord.FILE), record.encode());
  }

  /** The members have taken the new incarnation in; durable when it returns. {@link #carryThrough} must follow. */
  public ReplacementRecord grant(ReplacementRecord record, KnownMembers members) throws IOException {
    ReplacementRecord granted = record.granted(members, SetAside.nextFolder(root));
    write(granted);
    return granted;
  }

  /**
   * Sets what is here aside and becomes the new incarnation; also where a crash cut that off.
   *
   * @return where the old content is
   */
  public Path carryThrough(ReplacementRecord granted) throws StartRefused, IOException {
    try {
      return new SetAside(root, SetAside.Steps.NONE).carryThrough(granted);
    } catch (IllegalArgumentException e) {
      throw damaged("identity", e);
    }
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

  /** How an operator replaces a node that lost what it had promised. */
  public static String byHand(NodeId id) {
    return "replace it: 'balsa member remove " + id + "', then 'balsa member add " + id
        + " HOST:PORT', which prints how to start it with an empty directory";
  }

  /** What a folder takes. */
  public static long bytes(Path folder) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
      }
    }
    return bytes;
  }

  private void requireId(Identity stored, NodeId id) throws StartRefused {
    if (!stored.id().equals(id)) {
      throw new StartRefused("data directory " + root + " belongs to node " + stored.id() + ", not to " + id
          + ": start it with --id " + stored.id() + ", or give " + id + " its own --data");
    }
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
