package io.balsa.jepsen.site;

import io.balsa.junit.cluster.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The disks of a run, an image a node, beside the nodes' log files. Needs root.
 *
 * <p>Power is lost so: all processes are killed, and the images are copied as they are, still mounted. What the processes had written
 * and not synced is in the page cache of the mounted file systems then and does not get into the copies, unless the kernel had written
 * it before by itself, as it does with what has been dirty for half a minute.
 */
final class LoopDisks implements Disks, AutoCloseable {
  private static final Duration END_MOST = Duration.ofMinutes(1);

  private final RunName run;
  private final long bytes;
  private final Map<String, LoopDisk> disks = new LinkedHashMap<>();

  /** @param bytes of each */
  LoopDisks(RunName run, long bytes) {
    this.run = run;
    this.bytes = bytes;
  }

  /** The data directory of a node, on a disk of its own that is made when first asked for. */
  synchronized Path data(Path directory, int number) {
    String id = NodeIds.of(number);
    return disks
        .computeIfAbsent(id, node -> LoopDisk.make(directory, run.part(node), directory.resolve(node), bytes))
        .point().resolve("data");
  }

  @Override
  public void freeze(ServerProcess node) {
    disk(node).freeze();
  }

  @Override
  public void thaw(ServerProcess node) {
    disk(node).thaw();
  }

  @Override
  public void fill(ServerProcess node, long leave) {
    disk(node).fill(leave);
  }

  @Override
  public void empty(ServerProcess node) {
    disk(node).empty();
  }

  /** A frozen disk is thawed on the way: what waits for it cannot end before. */
  @Override
  public void losePower(Collection<ServerProcess> nodes) {
    nodes.forEach(ServerProcess::kill);
    nodes.forEach(node -> disk(node).thaw());
    nodes.forEach(node -> node.awaitEnd(END_MOST));
    losePowerOf(nodes.stream().map(this::disk).toList());
  }

  /** Nobody writes any more. All copies are taken before the first unmount writes what is dirty. */
  static void losePowerOf(List<LoopDisk> disks) {
    List<Path> copies = disks.stream().map(LoopDisk::copyAtOneMoment).toList();
    for (int i = 0; i < copies.size(); i++) {
      disks.get(i).goOnFrom(copies.get(i));
    }
  }

  private synchronized LoopDisk disk(ServerProcess node) {
    LoopDisk disk = disks.get(node.id());
    if (disk == null) {
      throw new IllegalArgumentException(node.id() + " has no disk here");
    }
    return disk;
  }

  /** Deletes them all. The nodes have ended. */
  @Override
  public synchronized void close() {
    List<LoopDisk> all = List.copyOf(disks.values());
    disks.clear();
    CloseAll.of(all);
  }
}
