package io.balsa.storage.state;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.Fence;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.mvcc.KeyBounds;
import io.balsa.storage.mvcc.KeyState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command sees of the state while it is evaluated: what the entries before it made (A2), and within a transaction what
 * its operations before it would make (A4). Looking changes nothing.
 */
interface KeyView {

  /** The key's newest version; its value may be not loaded. */
  KeyState current(byte[] key) throws StoreException;

  /** The value of a state that {@link #current} or {@link #scan} gave. */
  ByteString value(byte[] key, KeyState state) throws StoreException;

  /** The first {@code max} keys within bounds that exist, or the last ones from the last on down. */
  List<Overlay.Row<KeyState>> scan(KeyBounds bounds, int max, boolean descending) throws StoreException;

  @Nullable
  Lease lease(long id);

  /** How many keys are attached to a lease. */
  int keysOf(Lease lease);

  /** Whether that lock is held now with exactly that token. */
  boolean isHeld(Fence fence);
}
