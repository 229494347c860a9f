package io.balsa.storage.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.balsa.storage.mvcc.KeyState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.Test;

/** What a cache of keys must never do: say something older than the store holds. */
final class KeyCacheTest {
  private static final long ROOM = 1 << 20;

  private static byte[] key(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  private static KeyState state(long revision, int valueBytes) {
    return new KeyState(1, revision, revision, 0, ByteString.copyFrom(new byte[valueBytes]));
  }

  @Test
  void whatWasReadBeforeAChangeIsNotKeptAfterIt() {
    KeyCache cache = new KeyCache(1, ROOM);
    KeyCache.Slot seen = cache.slot(key("k"));
    cache.changed(key("k"), state(2, 100)); // while a reader holds version 1
    cache.keep(key("k"), seen, state(1, 100));
    assertEquals(state(2, 100).modRevision(), known(cache, key("k")).modRevision());
  }

  @Test
  void neitherIsItWhenAnotherKeyHasEmptiedTheSlotSince() {
    KeyCache cache = new KeyCache(1, ROOM);
    KeyCache.Slot seen = cache.slot(key("k"));
    cache.changed(key("k"), state(2, 100));
    cache.changed(new byte[4_000], state(3, 100)); // in the same slot, and too long to be kept
    cache.keep(key("k"), seen, state(1, 100));
    assertNull(cache.get(key("k")));
  }

  @Test
  void whatWasReadIsKeptWithItsValueAndSoAreItsChanges() {
    KeyCache cache = new KeyCache(1, ROOM);
    cache.changed(key("k"), state(1, 100));
    assertNull(known(cache, key("k")).value(), "who only writes needs no value");
    cache.keep(key("k"), cache.slot(key("k")), state(1, 100));
    assertEquals(state(1, 100), cache.get(key("k")));
    cache.changed(key("k"), state(2, 100));
    assertEquals(state(2, 100), cache.get(key("k")));
    cache.changed(key("k"), KeyState.deleted(3));
    assertEquals(KeyState.deleted(3), cache.get(key("k")));
  }

  @Test
  void aCounterIsKeptWithItsValueAtOnce() {
    KeyCache cache = new KeyCache(1, ROOM);
    cache.changed(key("k"), state(1, 8));
    assertEquals(state(1, 8), cache.get(key("k")));
  }

  @Test
  void itTakesNoMoreThanItsBound() {
    KeyCache cache = new KeyCache(1 << 10, 10_000);
    for (int i = 0; i < 5_000; i++) {
      byte[] key = key("k" + i);
      cache.changed(key, state(i + 1, 20));
      cache.keep(key, cache.slot(key), state(i + 1, 700));
      assertTrue(cache.bytes() <= 10_000, () -> cache.bytes() + " bytes");
    }
    assertTrue(cache.bytes() > 8_000, () -> cache.bytes() + " bytes");
  }

  /** Keys that share few slots; whoever looks finds what the applier said last, or nothing. */
  @Test
  void readersNeverBringBackWhatWasReplaced() throws Exception {
    int keys = 12;
    KeyCache cache = new KeyCache(4, ROOM);
    AtomicReferenceArray<KeyState> store = new AtomicReferenceArray<>(keys);
    for (int i = 0; i < keys; i++) {
      store.set(i, state(1, 100));
    }
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong kept = new AtomicLong();
    ExecutorService readers = Executors.newFixedThreadPool(3);
    List<Future<?>> all = new ArrayList<>();
    for (int reader = 0; reader < 3; reader++) {
      int seed = reader;
      all.add(readers.submit(() -> {
        Random random = new Random(seed);
        while (!over.get()) {
          int i = random.nextInt(keys);
          KeyCache.Slot seen = cache.slot(key("key" + i));
          KeyState read = store.get(i);
          cache.keep(key("key" + i), seen, read);
          kept.incrementAndGet();
        }
      }));
    }
    Random random = new Random(7);
    long revision = 1;
    long found = 0;
    while (revision < 200_000 || kept.get() < 1_000) {
      int i = random.nextInt(keys);
      KeyState next = state(++revision, 100);
      store.set(i, next);
      cache.changed(random.nextInt(8) == 0 ? new byte[4_000] : key("key" + i), next);
      cache.changed(key("key" + i), next);
      int looked = random.nextInt(keys);
      KeyState known = cache.get(key("key" + looked));
      if (known != null) {
        found++;
        assertEquals(store.get(looked).modRevision(), known.modRevision());
      }
    }
    over.set(true);
    for (Future<?> reader : all) {
      reader.get();
    }
    readers.shutdown();
    assertTrue(found > 1_000, found + " were found");
  }

  private static KeyState known(KeyCache cache, byte[] key) {
    return Objects.requireNonNull(cache.get(key), "nothing is known of it");
  }
}
