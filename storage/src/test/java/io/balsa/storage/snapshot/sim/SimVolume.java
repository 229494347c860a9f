package io.balsa.storage.snapshot.sim;

import io.balsa.storage.log.Disk;
import io.balsa.storage.log.DiskFile;
import io.balsa.storage.log.sim.Faults;
import io.balsa.storage.log.sim.SimDisk;
import io.balsa.storage.snapshot.Volume;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A directory of {@link SimDisk}s. The files of each directory forget as a SimDisk does; the names of the directories, which are made
 * durable by the sync of {@link #files}, forget in the same way: of what was not synced any subset survives. A directory that is removed
 * and not synced may come back with any part of what was in it.
 */
public final class SimVolume implements Volume {

  /**
   * @param from null: made
   * @param to   null: removed
   */
  private record Change(@Nullable String from, @Nullable String to, SimDisk directory) {
    void apply(TreeMap<String, SimDisk> names) {
      if (from != null && names.get(from) == directory) {
        names.remove(from);
      }
      if (to != null) {
        names.put(to, directory);
      }
    }
  }

  private final SimDisk root;
  private final TreeMap<String, SimDisk> visible = new TreeMap<>();
  private final TreeMap<String, SimDisk> durable = new TreeMap<>();
  private final List<Change> unsynced = new ArrayList<>();
  private Faults faults = Faults.NONE;
  private final Faults guarded = this::decide;
  private long operations;
  private boolean stopped;

  public SimVolume() {
    this(new SimDisk());
  }

  private SimVolume(SimDisk root) {
    this.root = root;
    root.faults(guarded);
  }

  /** Decides over every operation, in whatever directory; they are counted together. */
  public synchronized void faults(Faults value) {
    faults = value;
  }

  /** The machine stops now: every disk of it. */
  public synchronized void stop() {
    stopped = true;
  }

  /** Whether it has. */
  public synchronized boolean hasStopped() {
    return stopped;
  }

  private synchronized Faults.Fault decide(Faults.Operation operation, String file) {
    operations++;
    if (stopped) {
      return Faults.Fault.STOP_BEFORE;
    }
    Faults.Fault fault = faults.before(operation, file);
    stopped = switch (fault) {
      case STOP_BEFORE, STOP_SHORT, STOP_AFTER -> true;
      case NONE, FAIL, FAIL_SHORT, DISK_FULL -> false;
    };
    return fault;
  }

  /** How many operations have changed something, or tried to. */
  public synchronized long operations() {
    return operations;
  }

  /** The process ended, the machine did not. */
  public synchronized SimVolume afterKill() {
    SimVolume next = new SimVolume(root.afterKill());
    IdentityHashMap<SimDisk, SimDisk> copies = new IdentityHashMap<>();
    visible.forEach((name, directory) -> next.visible.put(name, next.copy(directory, copies)));
    durable.forEach((name, directory) -> next.durable.put(name, next.copy(directory, copies)));
    for (Change change : unsynced) {
      next.unsynced.add(new Change(change.from(), change.to(), next.copy(change.directory(), copies)));
    }
    return next;
  }

  private SimDisk copy(SimDisk directory, IdentityHashMap<SimDisk, SimDisk> copies) {
    return copies.computeIfAbsent(directory, old -> {
      SimDisk copy = old.afterKill();
      copy.faults(guarded);
      return copy;
    });
  }

  /** What was synced, and of the rest any part. */
  public synchronized SimVolume afterPowerCut(RandomGenerator random) {
    return afterPowerCut(random, random.nextInt(3) == 0 ? 0 : random.nextDouble());
  }

  /** Exactly what was synced. */
  public synchronized SimVolume afterPowerCutKeepingSynced() {
    return afterPowerCut(new SplittableRandom(0), 0);
  }

  private SimVolume afterPowerCut(RandomGenerator random, double survival) {
    boolean keep = survival == 0;
    SimVolume next = new SimVolume(keep ? root.afterPowerCutKeepingSynced() : root.afterPowerCut(random));
    TreeMap<String, SimDisk> names = new TreeMap<>(durable);
    for (Change change : unsynced) {
      if (random.nextDouble() < survival) {
        change.apply(names);
      }
    }
    names.forEach((name, directory) -> {
      SimDisk left = keep ? directory.afterPowerCutKeepingSynced() : directory.afterPowerCut(random);
      left.faults(next.guarded);
      next.visible.put(name, left);
    });
    next.durable.putAll(next.visible);
    return next;
  }

  /** Reaches into a directory past all faults, to damage it. */
  public synchronized SimDisk disk(String name) {
    return existing(name);
  }

  /** Reaches the files that lie in it directly. */
  public SimDisk rootDisk() {
    return root;
  }

  private SimDisk existing(String name) {
    SimDisk directory = visible.get(name);
    if (directory == null) {
      throw new IllegalArgumentException("no directory " + name + " in " + visible.keySet());
    }
    return directory;
  }

  @Override
  public Disk files() {
    return new Directory("", true);
  }

  @Override
  public synchronized List<String> directories() {
    root.list(); // throws when the machine has stopped
    return List.copyOf(visible.keySet());
  }

  @Override
  public Disk directory(String name) {
    return new Directory(name, false);
  }

  @Override
  public synchronized void rename(String from, String to) throws IOException {
    SimDisk directory = visible.get(from);
    if (directory == null) {
      throw new NoSuchFileException(from);
    }
    if (visible.containsKey(to)) {
      throw new FileAlreadyExistsException(to);
    }
    step(Faults.Operation.RENAME, from, new Change(from, to, directory));
  }

  @Override
  public synchronized boolean removeSome(String name) throws IOException {
    SimDisk directory = visible.get(name);
    List<String> files = directory == null ? List.of() : directory.list();
    if (!files.isEmpty() && directory != null) {
      directory.delete(files.getFirst());
      return true;
    }
    if (directory != null) {
      step(Faults.Operation.DELETE, name, new Change(name, null, directory));
    }
    return false;
  }

  @Override
  public synchronized void remove(String name) throws IOException {
    SimDisk directory = visible.get(name);
    if (directory == null) {
      throw new NoSuchFileException(name);
    }
    for (String file : directory.list()) {
      directory.delete(file);
    }
    step(Faults.Operation.DELETE, name, new Change(name, null, directory));
  }

  private void step(Faults.Operation operation, String name, Change change) throws IOException {
    switch (decide(operation, name)) {
      case NONE -> change(change);
      case STOP_AFTER, STOP_SHORT -> {
        change(change);
        root.sync(); // throws Stopped
      }
      case STOP_BEFORE -> root.sync();
      case FAIL, FAIL_SHORT, DISK_FULL -> throw new IOException("injected failure of " + operation + " " + name);
    }
  }

  private void change(Change change) {
    change.apply(visible);
    unsynced.add(change);
  }

  /** The disk of a directory, made when it is asked for. */
  private final class Directory implements Disk {
    private final String name;
    private final boolean isRoot;

    Directory(String name, boolean isRoot) {
      this.name = name;
      this.isRoot = isRoot;
    }

    private SimDisk disk() throws IOException {
      synchronized (SimVolume.this) {
        SimDisk disk = isRoot ? root : visible.get(name);
        if (disk == null) {
          root.list();
          throw new NoSuchFileException(name);
        }
        return disk;
      }
    }

    @Override
    public void createDirectory() throws IOException {
      synchronized (SimVolume.this) {
        if (!isRoot && !visible.containsKey(name)) {
          SimDisk made = new SimDisk();
          made.faults(guarded);
          step(Faults.Operation.CREATE, name, new Change(null, name, made));
          files().sync();
        }
      }
    }

    @Override
    public List<String> list() throws IOException {
      synchronized (SimVolume.this) {
        return isRoot || visible.containsKey(name) ? disk().list() : List.of();
      }
    }

    @Override
    public DiskFile create(String file) throws IOException {
      return disk().create(file);
    }

    @Override
    public DiskFile open(String file) throws IOException {
      return disk().open(file);
    }

    @Override
    public void rename(String from, String to) throws IOException {
      disk().rename(from, to);
    }

    @Override
    public void delete(String file) throws IOException {
      disk().delete(file);
    }

    @Override
    public void sync() throws IOException {
      synchronized (SimVolume.this) {
        disk().sync();
        if (isRoot) {
          durable.clear();
          durable.putAll(visible);
          unsynced.clear();
        }
      }
    }

    @Override
    public String toString() {
      return isRoot ? "simulated volume" : "simulated volume/" + name;
    }
  }
}
