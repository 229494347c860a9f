package io.balsa.storage.state.lock;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.LockInfo;
import io.balsa.proto.v1.LockMode;
import io.balsa.proto.v1.LockRequestId;
import io.balsa.proto.v1.LockRequestInfo;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreIterator;
import io.balsa.storage.kv.StoreReader;
import io.balsa.storage.mvcc.Rows;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads locks from rows, within a snapshot: what it tells of a lock is of one moment. Touches the disk. */
public final class LockReads {
  /** A page ends behind the lock with which it holds so many requests. */
  private static final int PAGE_REQUESTS = 1_000;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final StoreReader reader;
  private final long clusterTimeNanos;
  private boolean more;

  /** @param clusterTimeNanos of the snapshot */
  public LockReads(StoreReader reader, long clusterTimeNanos) {
    this.reader = reader;
    this.clusterTimeNanos = clusterTimeNanos;
  }

  /** The locks in use whose names begin with {@code prefix}, by the bytes of their names, behind {@code afterName}. */
  public List<LockInfo> locks(String prefix, String afterName, int limit) throws StoreException {
    byte[] first = Rows.escapedPrefix(prefix.getBytes(StandardCharsets.UTF_8));
    byte[] behind = Rows.behindEscaped(afterName.getBytes(StandardCharsets.UTF_8));
    Comparator<ByteString> order = ByteString.unsignedLexicographicalComparator();
    boolean later = !afterName.isEmpty() && order.compare(ByteString.copyFrom(behind), ByteString.copyFrom(first)) > 0;
    List<LockInfo> locks = new ArrayList<>();
    List<LockRequest> ofOne = new ArrayList<>();
    int requests = 0;
    try (StoreIterator rows = reader.iterate(ColumnFamily.LOCK_REQUESTS, later ? behind : first, null)) {
      for (boolean onRow = rows.seekFirst(); onRow; onRow = rows.next()) {
        LockRequest request = LockRequest.decode(rows.key(), rows.value());
        if (!ofOne.isEmpty() && !ofOne.getFirst().name.equals(request.name)) {
          locks.add(info(ofOne));
          ofOne.clear();
        }
        if (!request.name.startsWith(prefix)) {
          break;
        }
        if (ofOne.isEmpty() && (locks.size() >= limit || requests >= PAGE_REQUESTS)) {
          more = true;
          break;
        }
        ofOne.add(request);
        requests++;
      }
    }
    if (!ofOne.isEmpty()) {
      locks.add(info(ofOne));
    }
    return locks;
  }

  /** Whether more locks follow those that {@link #locks} gave. */
  public boolean more() {
    return more;
  }

  /** One lock; null: nobody holds it or waits. */
  public @Nullable LockInfo lock(String name) throws StoreException {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    List<LockRequest> requests = new ArrayList<>();
    try (StoreIterator rows = reader.iterate(ColumnFamily.LOCK_REQUESTS, Rows.escaped(bytes),
        Rows.behindEscaped(bytes))) {
      for (boolean onRow = rows.seekFirst(); onRow; onRow = rows.next()) {
        requests.add(LockRequest.decode(rows.key(), rows.value()));
      }
    }
    return requests.isEmpty() ? null : info(requests);
  }

  private LockInfo info(List<LockRequest> requests) {
    LockInfo.Builder lock = LockInfo.newBuilder().setName(requests.getFirst().name);
    boolean exclusive = false;
    requests.sort(Comparator.comparingLong((LockRequest request) -> request.token)
        .thenComparingLong(request -> request.order));
    for (LockRequest request : requests) {
      if (request.shared) {
        lock.setPermits((int) request.permits);
      }
      if (request.isHeld()) {
        exclusive |= !request.shared;
        lock.addHolders(info(request));
      } else {
        lock.addQueue(info(request));
      }
    }
    if (lock.getHoldersCount() > 0) {
      lock.setMode(exclusive ? LockMode.EXCLUSIVE : LockMode.SHARED);
    }
    return lock.build();
  }

  private LockRequestInfo.Builder info(LockRequest request) {
    LockRequestInfo.Builder info = LockRequestInfo.newBuilder()
        .setRequest(LockRequestId.newBuilder().setSessionId(request.session).setSequence(request.sequence))
        .setOwner(request.owner).setMode(request.shared ? LockMode.SHARED : LockMode.EXCLUSIVE)
        .setToken(request.token).setSinceMillis(Math.max(0, clusterTimeNanos - request.sinceNanos) / NANOS_PER_MILLI);
    if (!request.isHeld() && request.deadlineNanos != LockRequest.NEVER) {
      info.setWaitMillis(Math.max(0, request.deadlineNanos - clusterTimeNanos) / NANOS_PER_MILLI);
    }
    return info;
  }
}
