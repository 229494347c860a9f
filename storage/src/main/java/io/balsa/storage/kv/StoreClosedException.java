package io.balsa.storage.kv;

/** The store was closed, or crashed in a simulation, under the caller. */
public final class StoreClosedException extends StoreException {
  public StoreClosedException() {
    super("the state store is closed");
  }
}
