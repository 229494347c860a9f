package io.balsa.storage.state;

import io.balsa.proto.v1.LeaseInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Leases and sessions as of the last batch applied, for threads other than the applier's. */
final class LeaseViews {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final ConcurrentSkipListMap<Long, View> views = new ConcurrentSkipListMap<>();
  private final LockRequestViews lockRequests;

  private record View(long ttlMillis, long deadlineNanos, int keyCount, boolean session) {
  }

  LeaseViews(LockRequestViews lockRequests) {
    this.lockRequests = lockRequests;
  }

  void publish(Lease lease) {
    if (lease.removed) {
      views.remove(lease.id);
    } else {
      views.put(lease.id, new View(lease.ttlMillis, lease.deadlineNanos, lease.keyCount, lease.session));
    }
  }

  @Nullable
  LeaseInfo info(long id, long clusterTimeNanos) {
    View view = views.get(id);
    return view == null ? null : info(id, view, clusterTimeNanos);
  }

  Page<LeaseInfo> page(long afterId, int limit, long clusterTimeNanos) {
    List<LeaseInfo> leases = new ArrayList<>();
    for (Map.Entry<Long, View> view : views.tailMap(afterId, false).entrySet()) {
      if (leases.size() >= limit) {
        return new Page<>(leases, true);
      }
      leases.add(info(view.getKey(), view.getValue(), clusterTimeNanos));
    }
    return new Page<>(leases, false);
  }

  private LeaseInfo info(long id, View view, long clusterTimeNanos) {
    long remaining = Math.max(0, view.deadlineNanos - clusterTimeNanos) / NANOS_PER_MILLI;
    return LeaseInfo.newBuilder().setLeaseId(id).setTtlMillis(view.ttlMillis).setRemainingMillis(remaining)
        .setKeyCount(view.keyCount).setSession(view.session)
        .setLockCount(view.session ? lockRequests.count(id) : 0).build();
  }
}
