package io.balsa.storage.log.sim;

import io.balsa.storage.log.Disk;
import io.balsa.storage.log.DiskFile;
import io.balsa.storage.log.DiskFullException;
import io.balsa.storage.log.sim.Faults.Fault;
import io.balsa.storage.log.sim.Faults.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that forgets what a real one may forget. A crash makes a new disk out of this one:
 *
 * <ul>
 * <li>{@link #afterKill}: the process ended, the machine did not. The next open sees everything, synced or not; what
 * was not synced is still lost at the next power cut. Also right after a sync that failed.
 * <li>{@link #afterPowerCut}: what was synced, and of the rest any subset of the pages, each in any version written
 * since its sync, and any subset of the changes of the directory. How much of the rest is drawn too: often all, often
 * nothing.
 * <li>{@link #afterPowerCutKeepingSynced}: exactly what was synced.
 * </ul>
 *
 * <p>The old object stays as it was, so that one history can be cut off in many ways. Use {@link #faults} to make
 * operations fail or to stop the machine in the middle. Safe for several threads; deterministic with one.
 */
public final class SimDisk implements Disk {

  /** The machine has stopped: nothing that runs on it gets any further. */
  public static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;

    Stopped() {
      super("the simulated machine has stopped");
    }
  }

  /** A change of the directory that no sync has covered. {@code to} null: deleted; {@code from} null: created. */
  private record Change(@Nullable String from, @Nullable String to, SimFile file) {
    void apply(TreeMap<String, SimFile> names) {
      if (from != null && names.get(from) == file) {
        names.remove(from);
      }
      if (to != null) {
        names.put(to, file);
      }
    }
  }

  private final TreeMap<String, SimFile> visible = new TreeMap<>();
  private final TreeMap<String, SimFile> durable = new TreeMap<>();
  private final List<Change> unsynced = new ArrayList<>();
  private Faults faults = Faults.NONE;
  private Runnable reading = () -> {
  };
  private long capacityBytes = Long.MAX_VALUE;
  private long operations;
  private boolean stopped;

  /** From now on these decide; the operations of {@link Faults#at} are counted from here. */
  public synchronized void faults(Faults value) {
    faults = value;
  }

  /** Runs inside each read, before its bytes are taken: a place for what other threads do meanwhile. */
  public synchronized void onRead(Runnable value) {
    reading = value;
  }

  /** A file that would make the sum of all sizes larger than this meets a full disk. */
  public synchronized void capacity(long bytes) {
    capacityBytes = bytes;
  }

  /** The sum of all sizes, as processes see them. */
  public synchronized long usedBytes() {
    return visible.values().stream().mapToLong(SimFile::size).sum();
  }

  /** How many operations have changed something, or tried to. */
  public synchronized long operations() {
    return operations;
  }

  public synchronized SimDisk afterKill() {
    SimDisk next = new SimDisk();
    IdentityHashMap<SimFile, SimFile> copies = new IdentityHashMap<>();
    visible.forEach((name, file) -> next.visible.put(name, copies.computeIfAbsent(file, SimFile::copy)));
    durable.forEach((name, file) -> next.durable.put(name, copies.computeIfAbsent(file, SimFile::copy)));
    for (Change change : unsynced) {
      next.unsynced.add(new Change(change.from(), change.to(), copies.computeIfAbsent(change.file(), SimFile::copy)));
    }
    next.capacityBytes = capacityBytes;
    return next;
  }

  public synchronized SimDisk afterPowerCut(RandomGenerator random) {
    double survival = switch (random.nextInt(5)) {
      case 0 -> 0;
      case 1 -> 1;
      case 2 -> 0.9;
      default -> random.nextDouble();
    };
    return afterPowerCut(random, survival);
  }

  public synchronized SimDisk afterPowerCutKeepingSynced() {
    // With nothing to survive nothing is drawn that matters.
    return afterPowerCut(new SplittableRandom(0), 0);
  }

  private SimDisk afterPowerCut(RandomGenerator random, double survival) {
    TreeMap<String, SimFile> names = new TreeMap<>(durable);
    for (Change change : unsynced) {
      if (random.nextDouble() < survival) {
        change.apply(names);
      }
    }
    SimDisk next = new SimDisk();
    IdentityHashMap<SimFile, SimFile> copies = new IdentityHashMap<>();
    names.forEach((name, file) -> next.visible.put(name,
        copies.computeIfAbsent(file, old -> old.afterPowerCut(random, survival))));
    next.durable.putAll(next.visible);
    next.capacityBytes = capacityBytes;
    return next;
  }

  /** Rot: one bit, in the page cache and on the disk. */
  public synchronized void flipBit(String name, long offset, int bit) throws IOException {
    existing(name).flipBit(offset, bit);
  }

  /** Makes a file shorter, or longer with zeros, durably. */
  public synchronized void cutFile(String name, long size) throws IOException {
    existing(name).cut(size);
  }

  /** Removes a file, durably. */
  public synchronized void lose(String name) throws IOException {
    SimFile file = existing(name);
    visible.remove(name);
    durable.remove(name);
    unsynced.removeIf(change -> change.file() == file);
  }

  /** The whole file as a process sees it. */
  public synchronized byte[] contents(String name) throws IOException {
    SimFile file = existing(name);
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
    file.read(0, bytes);
    return bytes.array();
  }

  @Override
  public void createDirectory() {
    // It is there.
  }

  @Override
  public synchronized List<String> list() {
    check();
    return List.copyOf(visible.keySet());
  }

  @Override
  public synchronized DiskFile create(String name) throws IOException {
    Fault fault = begin(Operation.CREATE, name);
    if (visible.containsKey(name)) {
      throw new FileAlreadyExistsException(name);
    }
    SimFile file = new SimFile();
    change(new Change(null, name, file));
    end(fault);
    return new Handle(name, file);
  }

  @Override
  public synchronized DiskFile open(String name) throws IOException {
    check();
    return new Handle(name, existing(name));
  }

  @Override
  public synchronized void rename(String from, String to) throws IOException {
    Fault fault = begin(Operation.RENAME, from);
    change(new Change(from, to, existing(from)));
    end(fault);
  }

  @Override
  public synchronized void delete(String name) throws IOException {
    Fault fault = begin(Operation.DELETE, name);
    change(new Change(name, null, existing(name)));
    end(fault);
  }

  @Override
  public synchronized void sync() throws IOException {
    Fault fault = begin(Operation.SYNC_DIRECTORY, ".");
    durable.clear();
    durable.putAll(visible);
    unsynced.clear();
    end(fault);
  }

  @Override
  public String toString() {
    return "simulated disk";
  }

  private void change(Change change) {
    change.apply(visible);
    unsynced.add(change);
  }

  private SimFile existing(String name) throws IOException {
    SimFile file = visible.get(name);
    if (file == null) {
      throw new NoSuchFileException(name);
    }
    return file;
  }

  /** What a file is called now. */
  private String nameOf(SimFile file, String created) {
    for (Map.Entry<String, SimFile> entry : visible.entrySet()) {
      if (entry.getValue() == file) {
        return entry.getKey();
      }
    }
    return created;
  }

  private void check() {
    if (stopped) {
      throw new Stopped();
    }
  }

  private Fault begin(Operation operation, String name) throws IOException {
    check();
    operations++;
    Fault fault = faults.before(operation, name);
    boolean write = operation == Operation.WRITE;
    if (fault == Fault.STOP_BEFORE) {
      stopped = true;
      throw new Stopped();
    }
    if (fault == Fault.FAIL || (!write && fault == Fault.FAIL_SHORT)) {
      throw new IOException("injected failure of " + operation + " " + name);
    }
    if (!write && fault == Fault.DISK_FULL) {
      throw new DiskFullException(this + "/" + name, null);
    }
    return fault;
  }

  private void end(Fault fault) {
    if (fault == Fault.STOP_AFTER || fault == Fault.STOP_SHORT) {
      stopped = true;
      throw new Stopped();
    }
  }

  private final class Handle implements DiskFile {
    private final String name;
    private final SimFile file;
    private boolean closed;

    Handle(String name, SimFile file) {
      this.name = name;
      this.file = file;
    }

    @Override
    public long size() throws IOException {
      synchronized (SimDisk.this) {
        checkOpen();
        return file.size();
      }
    }

    @Override
    public int read(long offset, ByteBuffer into) throws IOException {
      synchronized (SimDisk.this) {
        checkOpen();
        reading.run();
        return file.read(offset, into);
      }
    }

    @Override
    public void write(long offset, ByteBuffer from) throws IOException {
      synchronized (SimDisk.this) {
        checkOpen();
        Fault fault = begin(Operation.WRITE, nameOf(file, name));
        long growth = Math.max(0, offset + from.remaining() - file.size());
        boolean full = fault == Fault.DISK_FULL || (growth > 0 && usedBytes() + growth > capacityBytes);
        if (full || fault == Fault.FAIL_SHORT || fault == Fault.STOP_SHORT) {
          file.write(offset, from.slice().limit(from.remaining() / 2));
          end(fault);
          if (full) {
            throw new DiskFullException(SimDisk.this + "/" + name, null);
          }
          throw new IOException("injected short write of " + name);
        }
        file.write(offset, from);
        end(fault);
      }
    }

    @Override
    public void sync() throws IOException {
      sync(false);
    }

    @Override
    public void syncAll() throws IOException {
      sync(true);
    }

    private void sync(boolean all) throws IOException {
      synchronized (SimDisk.this) {
        checkOpen();
        Fault fault;
        try {
          fault = begin(Operation.SYNC, nameOf(file, name));
        } catch (IOException e) {
          file.abandonUnsynced();
          throw e;
        }
        file.sync(all);
        end(fault);
      }
    }

    private void checkOpen() throws IOException {
      check();
      if (closed) {
        throw new IOException(name + " is closed");
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
