package io.balsa.server.sim;

import com.google.protobuf.InvalidProtocolBufferException;
import io.balsa.proto.internal.v1.Command;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.Fence;
import io.balsa.proto.v1.LockInfo;
import io.balsa.proto.v1.LockMode;
import io.balsa.proto.v1.LockRequestId;
import io.balsa.proto.v1.LockRequestInfo;
import io.balsa.proto.v1.LockState;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.NodeView;
import io.balsa.raft.sim.SimNode;
import io.balsa.storage.sim.KvState;
import io.balsa.storage.state.StateReads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Locks from the servers' view, in the order of the log: one owner at most holds a lock exclusively; every grant has a token of its own,
 * greater than every one before it in the whole store (K4); nobody holds a lock who asked for it after somebody who still waits for it,
 * unless by re-entry (K5); what is written under a lock's fence never goes back to an older token.
 */
final class LockWatch implements Invariant {
  /** A request as it was asked for. */
  record Asked(LockRequestId id, String lock, String owner, long arrival) {
    String who() {
      return id.getSessionId() + " " + owner;
    }
  }

  private final Map<LockRequestId, Asked> asked = new HashMap<>();
  private final TreeSet<String> locks = new TreeSet<>();
  /** The first request that was given a token, as far as was seen; re-entries repeat it. */
  private final Map<Long, Asked> tokens = new HashMap<>();
  private final Map<String, Long> lastWritten = new HashMap<>();
  /** The fenced writes of sessions that have landed; those without a session have no number, and are never asked again. */
  private final Set<LockRequestId> written = new HashSet<>();
  /** Lock and owner of requests that had to wait: they may be granted, re-entered and released between two looks. */
  private final TreeSet<String> waited = new TreeSet<>();
  private long highestToken;
  /** As of the last look; the grants of one batch are not seen in their order. */
  private long highestLooked;
  private long processed;
  private long looked;

  @Override
  public void applied(NodeView node, Entry entry, @Nullable Object result) {
    if (entry.index() <= processed) {
      return;
    }
    processed = entry.index();
    if (entry.type() == EntryType.COMMAND && result instanceof Result answer) {
      try {
        command(entry.index(), Command.parseFrom(entry.payload().array()), answer);
      } catch (InvalidProtocolBufferException e) {
        throw violated("no command stands at " + entry.id() + ": " + e);
      }
    }
  }

  void command(long index, Command command, Result result) {
    LockRequestId id = LockRequestId.newBuilder().setSessionId(command.getSessionId())
        .setSequence(command.getSequence()).build();
    if (command.hasLockAcquire() && result.hasLockAcquire()) {
      if (asked.containsKey(id)) {
        return; // asked again: the stored reply
      }
      Asked request = new Asked(id, command.getLockAcquire().getName(), command.getLockAcquire().getOwner(), index);
      asked.put(id, request);
      locks.add(request.lock());
      String waiter = request.lock() + " " + request.who();
      if (result.getLockAcquire().getState() == LockState.HELD) {
        // A re-entry repeats a token that the queue may have given since the last look, before one that was given at once.
        given(request, result.getLockAcquire().getToken(), waited.contains(waiter) ? highestLooked : highestToken);
      } else if (result.getLockAcquire().getState() == LockState.WAITING) {
        waited.add(waiter);
      }
    } else if (command.getPut().hasFence() && result.hasPut()) {
      if (command.getSessionId() != 0 && !written.add(id)) {
        return; // asked again: the stored reply, perhaps when others hold the lock
      }
      Fence fence = command.getPut().getFence();
      Long before = lastWritten.put(fence.getLock(), fence.getToken());
      if (fence.getLock().startsWith(LockUse.EXCLUSIVE) && before != null && fence.getToken() < before) {
        throw violated("a write with token " + fence.getToken() + " of " + fence.getLock() + " landed at " + index
            + " after one with token " + before);
      }
    }
  }

  /** @param above what was given before this grant for certain */
  private void given(Asked request, long token, long above) {
    Asked before = tokens.putIfAbsent(token, request);
    if (before == null && token <= above) {
      throw violated(request + " was granted token " + token + " after " + above + " had been given");
    }
    if (before != null && !(before.lock().equals(request.lock()) && before.who().equals(request.who()))) {
      throw violated("token " + token + " was given to " + before + " and to " + request);
    }
    highestToken = Math.max(highestToken, token);
  }

  /** After a batch, on the first node that comes so far. */
  @Override
  public void stateAt(NodeView node, long index, long digest) {
    if (index <= looked || locks.isEmpty()) {
      return;
    }
    looked = index;
    StateReads reads = ((KvState) ((SimNode<?>) node).state()).machine().reads();
    try {
      for (String lock : locks) {
        LockInfo info = reads.lock(lock);
        if (info != null) {
          look(info);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    highestLooked = highestToken;
  }

  void look(LockInfo lock) {
    List<Asked> holders = new ArrayList<>();
    List<Asked> grants = new ArrayList<>();
    for (LockRequestInfo holder : lock.getHoldersList()) {
      Asked request = known(holder);
      given(request, holder.getToken(), highestLooked);
      holders.add(request);
      grants.add(Objects.requireNonNull(tokens.get(holder.getToken())));
    }
    if (lock.getMode() == LockMode.EXCLUSIVE && holders.stream().map(Asked::who).distinct().count() > 1) {
      throw violated(lock.getName() + " is held exclusively by " + holders);
    }
    long arrival = 0;
    for (LockRequestInfo waiting : lock.getQueueList()) {
      Asked waiter = known(waiting);
      if (waiter.arrival() < arrival) {
        throw violated("the queue of " + lock.getName() + " is out of order: " + lock);
      }
      arrival = waiter.arrival();
      for (Asked granted : grants) {
        boolean mayBeReentry = waited.contains(granted.lock() + " " + granted.who());
        if (granted.arrival() > waiter.arrival() && !mayBeReentry) {
          throw violated(granted + " was granted the lock for which " + waiter + " has been waiting for longer");
        }
      }
    }
    lock.getQueueList().forEach(waiting -> waited.add(lock.getName() + " " + known(waiting).who()));
  }

  private Asked known(LockRequestInfo request) {
    Asked known = asked.get(request.getRequest());
    if (known == null) {
      throw violated("nobody has asked for " + request);
    }
    return Objects.requireNonNull(known);
  }
}
