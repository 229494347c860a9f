package io.balsa.storage.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.balsa.storage.mvcc.KeyState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
  private static final int ROOM = 4 * KeyRing.PIECE_BYTES;

  private final KeyCache cache = new KeyCache(1, 1, ROOM);

  private static byte[] key(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  private static KeyState state(long revision, int valueBytes) {
    return new KeyState(1, revision, revision, 0, ByteString.copyFrom(new byte[valueBytes]));
  }

  private static void change(KeyCache cache, byte[] key, KeyState state) {
    cache.changed(List.of(Map.entry(key, state)));
  }

  private void keepRead(String name, KeyState state) {
    cache.keep(key(name), cache.changesSoFar(key(name)), state);
  }

  @Test
  void whatWasReadBeforeAChangeIsNotKeptAfterIt() {
    long before = cache.changesSoFar(key("k"));
    change(cache, key("k"), state(2, 100)); // while a reader holds version 1
    cache.keep(key("k"), before, state(1, 100));
    assertEquals(2, known(cache, key("k")).modRevision());
  }

  @Test
  void neitherIsItWhenOtherKeysHaveDrivenTheChangeOutSince() {
    long before = cache.changesSoFar(key("k"));
    change(cache, key("k"), state(2, 100));
    for (int i = 0; i < 4; i++) {
      keepRead("other" + i, state(1, 100));
    }
    assertNull(cache.get(key("k")), "one set has room for four");
    cache.keep(key("k"), before, state(1, 100));
    assertNull(cache.get(key("k")));
  }

  @Test
  void whatWasReadIsKeptWithItsValueAndSoAreItsChanges() {
    change(cache, key("k"), state(1, 100));
    assertNull(known(cache, key("k")).value(), "who only writes needs no value");
    keepRead("k", state(1, 100));
    assertEquals(state(1, 100), cache.get(key("k")));
    change(cache, key("k"), state(2, 100));
    assertEquals(state(2, 100), cache.get(key("k")));
    change(cache, key("k"), KeyState.deleted(3));
    assertEquals(KeyState.deleted(3), cache.get(key("k")));
  }

  @Test
  void aCounterIsKeptWithItsValueAtOnce() {
    change(cache, key("k"), state(1, 8));
    assertEquals(state(1, 8), cache.get(key("k")));
  }

  @Test
  void aValueThatIsTooLargeIsLeftOutAndItsNumbersAreNot() {
    keepRead("k", state(1, 2_000));
    assertNull(cache.get(key("k")));
    keepRead("k", state(1, 100));
    change(cache, key("k"), state(2, 2_000));
    assertEquals(new KeyState(1, 2, 2, 0, null), cache.get(key("k")));
  }

  @Test
  void aKeyThatIsTooLongIsNotKept() {
    byte[] longKey = new byte[4_000];
    change(cache, longKey, state(1, 8));
    cache.keep(longKey, cache.changesSoFar(longKey), state(1, 8));
    assertNull(cache.get(longKey));
  }

  @Test
  void whatIsReadAgainAndAgainDrivesNothingOut() {
    keepRead("other", state(1, 100));
    for (int i = 0; i < 20_000; i++) {
      keepRead("k", state(1, 100));
    }
    assertEquals(state(1, 100), cache.get(key("k")));
    assertEquals(state(1, 100), cache.get(key("other")));
  }

  /** In a set the key that was written first has to go, not one that was changed since. */
  @Test
  void theOldestGoesFirst() {
    for (int i = 0; i < 4; i++) {
      keepRead("k" + i, state(1, 100));
    }
    change(cache, key("k0"), state(2, 100));
    keepRead("k4", state(1, 100));
    assertEquals(state(2, 100), cache.get(key("k0")));
    assertNull(cache.get(key("k1")));
    assertEquals(state(1, 100), cache.get(key("k2")));
  }

  /** Many more than there is room for: the last ones are there, the first ones are not, and each says what was said of it. */
  @Test
  void itTakesNoMoreThanItsRoom() {
    KeyCache many = new KeyCache(1 << 14, 1, ROOM);
    int keys = 40_000;
    for (int i = 0; i < keys; i++) {
      byte[] key = key("key" + i);
      many.keep(key, many.changesSoFar(key), state(i + 1, i % 1_000));
    }
    int found = 0;
    for (int i = 0; i < keys; i++) {
      KeyState known = many.get(key("key" + i));
      if (known != null) {
        found++;
        assertEquals(state(i + 1, i % 1_000), known);
      }
    }
    int bytesEach = 560;
    assertTrue(found < ROOM / bytesEach + 100, found + " were found");
    assertTrue(found > ROOM / bytesEach * 8 / 10, found + " were found");
    assertEquals(keys, known(many, key("key" + (keys - 1))).modRevision());
    assertNull(many.get(key("key0")));
  }

  /** Readers of keys that are being driven out all the time: each answer is one that was once true of its key, and whole. */
  @Test
  void whoReadsWhatIsBeingOverwrittenGetsNothingOfIt() throws Exception {
    KeyCache small = new KeyCache(1 << 10, 1 << 4, KeyRing.PIECE_BYTES);
    int keys = 2_000;
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService readers = Executors.newFixedThreadPool(3);
    List<Future<Long>> all = new ArrayList<>();
    for (int reader = 0; reader < 3; reader++) {
      int seed = reader;
      all.add(readers.submit(() -> {
        Random random = new Random(seed);
        long found = 0;
        while (!over.get()) {
          int i = random.nextInt(keys);
          KeyState known = small.get(key("key" + i));
          if (known != null) {
            found++;
            assertEquals(patterned(i, known.modRevision(), known.value() != null), known);
          }
        }
        return found;
      }));
    }
    Random random = new Random(8);
    for (long revision = 1; revision < 1_000_000; revision++) {
      int i = random.nextInt(keys);
      byte[] key = key("key" + i);
      KeyState next = patterned(i, revision, true);
      change(small, key, next);
      small.keep(key, small.changesSoFar(key), next);
    }
    over.set(true);
    long found = 0;
    for (Future<Long> reader : all) {
      found += reader.get();
    }
    readers.shutdown();
    assertTrue(found > 1_000, found + " were found");
  }

  /** All of it follows from the key and the revision, but for that a key which only was changed has no value. */
  private static KeyState patterned(int key, long revision, boolean withValue) {
    byte[] value = new byte[(int) (revision * 31 % 600)];
    Arrays.fill(value, (byte) (revision * 7 + key));
    return new KeyState(revision ^ key, revision, revision + key + 1, revision * key,
        withValue ? ByteString.copyFrom(value) : null);
  }

  /** Keys that share few sets and stripes; whoever looks finds what the applier said last, or nothing. */
  @Test
  void readersNeverBringBackWhatWasReplaced() throws Exception {
    int keys = 12;
    KeyCache shared = new KeyCache(2, 2, ROOM);
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
          long before = shared.changesSoFar(key("key" + i));
          KeyState read = store.get(i);
          shared.keep(key("key" + i), before, read);
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
      change(shared, key("key" + i), next);
      int looked = random.nextInt(keys);
      KeyState known = shared.get(key("key" + looked));
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
