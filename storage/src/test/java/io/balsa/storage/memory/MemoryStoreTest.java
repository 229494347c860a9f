package io.balsa.storage.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.KeyValueStore;
import io.balsa.storage.kv.KeyValueStoreContract;
import io.balsa.storage.kv.StoreClosedException;
import org.junit.jupiter.api.Test;

final class MemoryStoreTest extends KeyValueStoreContract {
  @Override
  protected KeyValueStore create() {
    return new MemoryStore();
  }

  @Override
  protected KeyValueStore crash(KeyValueStore crashed) {
    return ((MemoryStore) crashed).crash();
  }

  @Test
  void whoStillHoldsACrashedStoreIsTold() throws Exception {
    MemoryStore after = ((MemoryStore) store).crash();
    assertThatThrownBy(() -> store.get(ColumnFamily.META, bytes("k"))).isInstanceOf(StoreClosedException.class);
    store = after;
  }

  @Test
  void aCopyHoldsWhatWasNotFlushedToo() throws Exception {
    put(ColumnFamily.META, "k", "1");
    MemoryStore copy = ((MemoryStore) store).copy();
    put(ColumnFamily.META, "k", "2");
    assertThat(copy.get(ColumnFamily.META, bytes("k"))).isEqualTo(bytes("1"));
    assertThat(copy.crash().get(ColumnFamily.META, bytes("k"))).isEqualTo(bytes("1"));
  }
}
