package io.balsa.storage.state;

import com.google.protobuf.ByteString;
import io.balsa.proto.internal.v1.CloseSession;
import io.balsa.proto.internal.v1.Command;
import io.balsa.proto.internal.v1.OpenSession;
import io.balsa.proto.internal.v1.Renew;
import io.balsa.proto.v1.CompactRequest;
import io.balsa.proto.v1.DeleteRequest;
import io.balsa.proto.v1.Fence;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.LeaseGrantRequest;
import io.balsa.proto.v1.LeaseRevokeRequest;
import io.balsa.proto.v1.LockAcquireRequest;
import io.balsa.proto.v1.LockMode;
import io.balsa.proto.v1.LockReleaseRequest;
import io.balsa.proto.v1.LockRequestId;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import java.util.ArrayList;
import java.util.List;

/** A log in the making: entries with indexes and stamps. */
final class Log {
  static final long SECOND = 1_000_000_000L;

  final List<Entry> entries = new ArrayList<>();
  private long stampNanos;

  /** The stamp of the entries that follow. */
  Log at(long nanos) {
    stampNanos = nanos;
    return this;
  }

  Entry add(EntryType type, Bytes payload) {
    Entry entry = new Entry(type, 1, entries.size() + 1, stampNanos, payload);
    entries.add(entry);
    return entry;
  }

  Entry clock(long nanos) {
    return at(nanos).add(EntryType.CLOCK, Bytes.EMPTY);
  }

  Entry command(Command.Builder command) {
    return add(EntryType.COMMAND, Bytes.wrap(command.build().toByteArray()));
  }

  static Command.Builder command() {
    return Command.newBuilder().setVersion(1);
  }

  static Command.Builder put(String key, String value) {
    return put(key, value, 0);
  }

  static Command.Builder put(String key, String value, long lease) {
    return command().setPut(PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)).setLease(lease));
  }

  static Command.Builder delete(String key) {
    return command().setDelete(DeleteRequest.newBuilder().setRange(KeyRange.newBuilder().setStart(bytes(key))));
  }

  static Command.Builder deleteRange(String start, String end) {
    return command()
        .setDelete(
            DeleteRequest.newBuilder().setRange(KeyRange.newBuilder().setStart(bytes(start)).setEnd(bytes(end))));
  }

  static Command.Builder incr(String key, long delta) {
    return command().setIncr(IncrRequest.newBuilder().setKey(bytes(key)).setDelta(delta));
  }

  static Command.Builder compact(long revision) {
    return command().setCompact(CompactRequest.newBuilder().setRevision(revision));
  }

  static Command.Builder open(long ttlMillis) {
    return command().setOpenSession(OpenSession.newBuilder().setTtlMillis(ttlMillis));
  }

  static Command.Builder close(long session) {
    return command().setCloseSession(CloseSession.newBuilder().setSessionId(session));
  }

  static Command.Builder renew(long... ids) {
    Renew.Builder renew = Renew.newBuilder();
    for (long id : ids) {
      renew.addRenewals(Renew.Renewal.newBuilder().setId(id));
    }
    return command().setRenew(renew);
  }

  static Command.Builder grant(long ttlMillis) {
    return command().setLeaseGrant(LeaseGrantRequest.newBuilder().setTtlMillis(ttlMillis));
  }

  static Command.Builder revoke(long lease) {
    return command().setLeaseRevoke(LeaseRevokeRequest.newBuilder().setLeaseId(lease));
  }

  static Command.Builder acquire(String name, String owner) {
    return command().setLockAcquire(
        LockAcquireRequest.newBuilder().setName(name).setOwner(owner).setMode(LockMode.EXCLUSIVE));
  }

  static Command.Builder share(String name, String owner, int permits) {
    return command().setLockAcquire(LockAcquireRequest.newBuilder().setName(name).setOwner(owner)
        .setMode(LockMode.SHARED).setPermits(permits));
  }

  static Command.Builder release(String name, long session, long sequence) {
    return command().setLockRelease(LockReleaseRequest.newBuilder().setName(name)
        .setRequest(LockRequestId.newBuilder().setSessionId(session).setSequence(sequence)));
  }

  static Command.Builder txn(TxnRequest.Builder txn) {
    return command().setTxn(txn);
  }

  static Fence.Builder fence(String lock, long token) {
    return Fence.newBuilder().setLock(lock).setToken(token);
  }

  static Command.Builder numbered(long session, long sequence, Command.Builder command) {
    return command.setSessionId(session).setSequence(sequence);
  }

  static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }
}
