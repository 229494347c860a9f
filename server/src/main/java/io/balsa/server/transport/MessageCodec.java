package io.balsa.server.transport;

import com.google.protobuf.UnsafeByteOperations;
import io.balsa.proto.internal.v1.PeerEntry;
import io.balsa.proto.internal.v1.PeerMessage;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.InstallSnapshotReply;
import io.balsa.raft.message.LostEntries;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.ReadIndex;
import io.balsa.raft.message.ReadIndexReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.message.SnapshotRefused;
import io.balsa.raft.message.TimeoutNow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages of consensus on the wire. A payload is not copied on its way out, and on its way in by what parses the message only. */
public final class MessageCodec {
  private static final int SMALL_MESSAGE_BYTES = 64;

  private MessageCodec() {
  }

  /** About what it takes in a queue and on the wire. */
  static int sizeBytes(Message message) {
    int bytes = SMALL_MESSAGE_BYTES;
    if (message instanceof AppendEntries append) {
      for (Entry entry : append.entries()) {
        bytes += entry.sizeBytes();
      }
    } else if (message instanceof InstallSnapshot install) {
      bytes += install.data().size();
    }
    return bytes;
  }

  public static PeerMessage encode(Message message) {
    PeerMessage.Builder wire = PeerMessage.newBuilder().setTerm(message.term());
    switch (message) {
      case PreVote m -> wire.setPreVote(PeerMessage.PreVote.newBuilder().setLast(logId(m.last())));
      case PreVoteReply m -> wire.setPreVoteReply(PeerMessage.PreVoteReply.newBuilder().setGranted(m.granted()));
      case RequestVote m -> wire.setRequestVote(
          PeerMessage.RequestVote.newBuilder().setLast(logId(m.last())).setTransfer(m.transfer()));
      case RequestVoteReply m -> wire.setRequestVoteReply(
          PeerMessage.RequestVoteReply.newBuilder().setGranted(m.granted()));
      case AppendEntries m -> wire.setAppendEntries(append(m));
      case AppendEntriesAccepted m -> wire.setAppendEntriesAccepted(
          PeerMessage.AppendEntriesAccepted.newBuilder().setMatchIndex(m.matchIndex()));
      case AppendEntriesRejected m -> wire.setAppendEntriesRejected(
          PeerMessage.AppendEntriesRejected.newBuilder().setPrevIndex(m.prevIndex()).setHint(logId(m.hint())));
      case Heartbeat m -> wire.setHeartbeat(
          PeerMessage.Heartbeat.newBuilder().setCommitIndex(m.commitIndex()).setRound(m.round()));
      case HeartbeatReply m -> wire.setHeartbeatReply(
          PeerMessage.HeartbeatReply.newBuilder().setRound(m.round()).setLastIndex(m.lastIndex())
              .setSnapshotNeeded(m.snapshotNeeded()));
      case TimeoutNow ignored -> wire.setTimeoutNow(PeerMessage.TimeoutNow.getDefaultInstance());
      case InstallSnapshot m -> wire.setInstallSnapshot(install(m));
      case InstallSnapshotReply m -> wire.setInstallSnapshotReply(PeerMessage.InstallSnapshotReply.newBuilder()
          .setSnapshotId(m.snapshotId()).setNextOffset(m.nextOffset()).setInstalled(m.installed()));
      case SnapshotRefused m -> wire.setSnapshotRefused(
          PeerMessage.SnapshotRefused.newBuilder().setSnapshotId(m.snapshotId()));
      case ReadIndex m -> wire.setReadIndex(PeerMessage.ReadIndex.newBuilder().setBoot(m.boot()).setRead(m.read()));
      case ReadIndexReply m -> wire.setReadIndexReply(
          PeerMessage.ReadIndexReply.newBuilder().setBoot(m.boot()).setRead(m.read()).setReadIndex(m.readIndex()));
      case LostEntries m -> wire.setLostEntries(PeerMessage.LostEntries.newBuilder().setMatchIndex(m.matchIndex()));
    }
    return wire.build();
  }

  /**
   * @return null for a kind that this version does not know
   * @throws IllegalArgumentException if it is no message that a node sends
   */
  public static @Nullable Message decode(PeerMessage wire) {
    long term = wire.getTerm();
    if (term < 0) {
      throw new IllegalArgumentException("term " + term);
    }
    return switch (wire.getKindCase()) {
      case PRE_VOTE -> new PreVote(term, logId(wire.getPreVote().getLast()));
      case PRE_VOTE_REPLY -> new PreVoteReply(term, wire.getPreVoteReply().getGranted());
      case REQUEST_VOTE ->
        new RequestVote(term, logId(wire.getRequestVote().getLast()), wire.getRequestVote().getTransfer());
      case REQUEST_VOTE_REPLY -> new RequestVoteReply(term, wire.getRequestVoteReply().getGranted());
      case APPEND_ENTRIES -> append(term, wire.getAppendEntries());
      case APPEND_ENTRIES_ACCEPTED -> new AppendEntriesAccepted(term, wire.getAppendEntriesAccepted().getMatchIndex());
      case APPEND_ENTRIES_REJECTED -> new AppendEntriesRejected(term, wire.getAppendEntriesRejected().getPrevIndex(),
          logId(wire.getAppendEntriesRejected().getHint()));
      case HEARTBEAT -> new Heartbeat(term, wire.getHeartbeat().getCommitIndex(), wire.getHeartbeat().getRound());
      case HEARTBEAT_REPLY -> new HeartbeatReply(term, wire.getHeartbeatReply().getRound(),
          wire.getHeartbeatReply().getLastIndex(), wire.getHeartbeatReply().getSnapshotNeeded());
      case TIMEOUT_NOW -> new TimeoutNow(term);
      case INSTALL_SNAPSHOT -> install(term, wire.getInstallSnapshot());
      case INSTALL_SNAPSHOT_REPLY -> new InstallSnapshotReply(term, wire.getInstallSnapshotReply().getSnapshotId(),
          wire.getInstallSnapshotReply().getNextOffset(), wire.getInstallSnapshotReply().getInstalled());
      case SNAPSHOT_REFUSED -> new SnapshotRefused(term, wire.getSnapshotRefused().getSnapshotId());
      case READ_INDEX -> new ReadIndex(term, wire.getReadIndex().getBoot(), wire.getReadIndex().getRead());
      case READ_INDEX_REPLY -> new ReadIndexReply(term, wire.getReadIndexReply().getBoot(),
          wire.getReadIndexReply().getRead(), wire.getReadIndexReply().getReadIndex());
      case LOST_ENTRIES -> new LostEntries(term, wire.getLostEntries().getMatchIndex());
      case KIND_NOT_SET -> null;
    };
  }

  private static PeerMessage.AppendEntries append(AppendEntries append) {
    PeerMessage.AppendEntries.Builder wire = PeerMessage.AppendEntries.newBuilder().setPrev(logId(append.prev()))
        .setCommitIndex(append.commitIndex());
    for (Entry entry : append.entries()) {
      wire.addEntries(PeerEntry.newBuilder().setType(entry.type().code()).setTerm(entry.term())
          .setStampNanos(entry.stampNanos()).setPayload(UnsafeByteOperations.unsafeWrap(entry.payload().array())));
    }
    return wire.build();
  }

  private static AppendEntries append(long term, PeerMessage.AppendEntries wire) {
    LogId prev = logId(wire.getPrev());
    List<Entry> entries = new ArrayList<>(wire.getEntriesCount());
    long index = prev.index();
    long lastTerm = prev.term();
    for (PeerEntry entry : wire.getEntriesList()) {
      index++;
      if (entry.getTerm() < lastTerm || entry.getTerm() > term) {
        throw new IllegalArgumentException(
            "entry of term " + entry.getTerm() + " after " + lastTerm + " in term " + term);
      }
      lastTerm = entry.getTerm();
      entries.add(new Entry(EntryType.ofCode((byte) entry.getType()), lastTerm, index, entry.getStampNanos(),
          SharedArray.of(entry.getPayload())));
    }
    return new AppendEntries(term, prev, List.copyOf(entries), wire.getCommitIndex());
  }

  private static PeerMessage.InstallSnapshot install(InstallSnapshot install) {
    SnapshotMeta snapshot = install.snapshot();
    return PeerMessage.InstallSnapshot.newBuilder().setSnapshotId(snapshot.id())
        .setLastIncluded(logId(snapshot.lastIncluded())).setStampNanos(snapshot.stampNanos())
        .setConfiguration(UnsafeByteOperations.unsafeWrap(snapshot.configuration().encode().array()))
        .setTotalBytes(snapshot.bytes()).setOffset(install.offset())
        .setData(UnsafeByteOperations.unsafeWrap(install.data().array())).build();
  }

  private static InstallSnapshot install(long term, PeerMessage.InstallSnapshot wire) {
    SnapshotMeta snapshot = new SnapshotMeta(wire.getSnapshotId(), logId(wire.getLastIncluded()), wire.getStampNanos(),
        Configuration.decode(Bytes.wrap(wire.getConfiguration().toByteArray())), wire.getTotalBytes());
    if (wire.getOffset() < 0 || wire.getOffset() > snapshot.bytes() - wire.getData().size()) {
      throw new IllegalArgumentException(wire.getData().size() + " bytes at " + wire.getOffset() + " of a snapshot of "
          + snapshot.bytes());
    }
    return new InstallSnapshot(term, snapshot, wire.getOffset(), SharedArray.of(wire.getData()));
  }

  private static io.balsa.proto.internal.v1.LogId logId(LogId id) {
    return io.balsa.proto.internal.v1.LogId.newBuilder().setTerm(id.term()).setIndex(id.index()).build();
  }

  private static LogId logId(io.balsa.proto.internal.v1.LogId wire) {
    return new LogId(wire.getTerm(), wire.getIndex());
  }
}
