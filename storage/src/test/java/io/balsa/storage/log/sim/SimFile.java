package io.balsa.storage.log.sim;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The contents of a file in 4 KiB pages: as processes see them (the page cache), and as the disk holds them. Pages are
 * never changed, only replaced, so copies share them.
 */
final class SimFile {
  static final int PAGE_BYTES = 4096;
  /** Of a page written again and again without a sync so many versions are remembered. */
  private static final int VERSIONS_MAX = 4;
  private static final byte[] ZEROS = new byte[PAGE_BYTES];

  private final ArrayList<byte[]> visible = new ArrayList<>();
  private final ArrayList<byte[]> durable = new ArrayList<>();
  private long size;
  private long durableSize;
  /**
   * What was written to a page since it was synced, oldest first: the kernel may have written any of it to the disk.
   */
  private final TreeMap<Integer, List<byte[]>> unsynced = new TreeMap<>();
  /** Pages whose sync failed: the kernel takes them for clean, so no later sync writes them. */
  private final TreeMap<Integer, List<byte[]>> abandoned = new TreeMap<>();

  long size() {
    return size;
  }

  int read(long offset, ByteBuffer into) {
    int total = 0;
    while (into.hasRemaining() && offset + total < size) {
      long at = offset + total;
      int inPage = (int) (at % PAGE_BYTES);
      int count = (int) Math.min(Math.min(PAGE_BYTES - inPage, into.remaining()), size - at);
      into.put(page(visible, (int) (at / PAGE_BYTES)), inPage, count);
      total += count;
    }
    return total;
  }

  void write(long offset, ByteBuffer from) {
    long at = offset;
    while (from.hasRemaining()) {
      int number = (int) (at / PAGE_BYTES);
      int inPage = (int) (at % PAGE_BYTES);
      int count = Math.min(PAGE_BYTES - inPage, from.remaining());
      if (count == PAGE_BYTES && from.slice(from.position(), count).mismatch(ByteBuffer.wrap(ZEROS)) < 0) {
        from.position(from.position() + count);
        replace(number, ZEROS);
      } else {
        byte[] page = page(visible, number).clone();
        from.get(page, inPage, count);
        replace(number, page);
      }
      at += count;
    }
    size = Math.max(size, at);
  }

  private void replace(int number, byte[] page) {
    set(visible, number, page);
    List<byte[]> versions = unsynced.get(number);
    if (versions == null) {
      List<byte[]> before = abandoned.remove(number);
      versions = before == null ? new ArrayList<>(1) : before;
      unsynced.put(number, versions);
    }
    versions.add(page);
    if (versions.size() > VERSIONS_MAX) {
      versions.remove(0);
    }
  }

  /** @param all false: only pages within the durable size, and not the size itself */
  void sync(boolean all) {
    if (all) {
      durableSize = size;
    }
    int end = (int) ((durableSize + PAGE_BYTES - 1) / PAGE_BYTES);
    for (int number : List.copyOf(unsynced.headMap(end).keySet())) {
      unsynced.remove(number);
      set(durable, number, page(visible, number));
    }
  }

  void abandonUnsynced() {
    abandoned.putAll(unsynced);
    unsynced.clear();
  }

  SimFile copy() {
    SimFile copy = new SimFile();
    copy.visible.addAll(visible);
    copy.durable.addAll(durable);
    copy.size = size;
    copy.durableSize = durableSize;
    copyVersions(unsynced, copy.unsynced);
    copyVersions(abandoned, copy.abandoned);
    return copy;
  }

  private static void copyVersions(TreeMap<Integer, List<byte[]>> from, TreeMap<Integer, List<byte[]>> to) {
    for (Map.Entry<Integer, List<byte[]>> page : from.entrySet()) {
      to.put(page.getKey(), new ArrayList<>(page.getValue()));
    }
  }

  /**
   * What is on the disk after a power cut, all of it durable.
   *
   * @param survival how likely a page that was not synced is on the disk, 0 to 1
   */
  SimFile afterPowerCut(RandomGenerator random, double survival) {
    SimFile file = new SimFile();
    file.size = size == durableSize || random.nextDouble() >= survival ? durableSize : size;
    int pages = (int) ((file.size + PAGE_BYTES - 1) / PAGE_BYTES);
    for (int number = 0; number < pages; number++) {
      byte[] page = page(durable, number);
      List<byte[]> versions = unsynced.containsKey(number) ? unsynced.get(number) : abandoned.get(number);
      if (versions != null && random.nextDouble() < survival) {
        page = versions.get(random.nextInt(versions.size()));
      }
      set(file.visible, number, page);
      set(file.durable, number, page);
    }
    file.durableSize = file.size;
    return file;
  }

  void flipBit(long offset, int bit) {
    int number = (int) (offset / PAGE_BYTES);
    for (ArrayList<byte[]> pages : List.of(visible, durable)) {
      byte[] page = page(pages, number).clone();
      page[(int) (offset % PAGE_BYTES)] ^= (byte) (1 << bit);
      set(pages, number, page);
    }
  }

  void cut(long newSize) {
    ByteBuffer kept = ByteBuffer.allocate((int) Math.min(size, newSize));
    read(0, kept);
    visible.clear();
    durable.clear();
    unsynced.clear();
    abandoned.clear();
    size = 0;
    write(0, kept.flip());
    size = newSize;
    sync(true);
  }

  private static void set(ArrayList<byte[]> pages, int number, byte[] page) {
    while (pages.size() <= number) {
      pages.add(ZEROS);
    }
    pages.set(number, page);
  }

  private static byte[] page(ArrayList<byte[]> pages, int number) {
    byte @Nullable [] page = number < pages.size() ? pages.get(number) : null;
    return page == null ? ZEROS : page;
  }
}
