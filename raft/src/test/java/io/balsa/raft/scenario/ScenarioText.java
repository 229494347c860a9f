package io.balsa.raft.scenario;

import io.balsa.raft.action.AcceptProposals;
import io.balsa.raft.action.Action;
import io.balsa.raft.action.ForgetLogReset;
import io.balsa.raft.action.ResetLog;
import io.balsa.raft.action.InstallState;
import io.balsa.raft.action.DropReceived;
import io.balsa.raft.action.StoreChunk;
import io.balsa.raft.action.CheckSnapshot;
import io.balsa.raft.action.CloseSnapshot;
import io.balsa.raft.action.SendSnapshotChunk;
import io.balsa.raft.action.OpenSnapshot;
import io.balsa.raft.action.Append;
import io.balsa.raft.action.Apply;
import io.balsa.raft.action.ClockDue;
import io.balsa.raft.action.MembershipAccepted;
import io.balsa.raft.action.MembershipRejected;
import io.balsa.raft.action.PeerForgot;
import io.balsa.raft.action.ReadReady;
import io.balsa.raft.action.RejectProposals;
import io.balsa.raft.action.RejectRead;
import io.balsa.raft.action.RoleChanged;
import io.balsa.raft.action.SaveHardState;
import io.balsa.raft.action.Send;
import io.balsa.raft.action.SendAppend;
import io.balsa.raft.action.Sync;
import io.balsa.raft.action.TransferEnded;
import io.balsa.raft.action.Truncate;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** Actions and messages in few words. */
final class ScenarioText {
  private ScenarioText() {
  }

  static String of(Action action) {
    return switch (action) {
      case SaveHardState a -> "save term " + a.hardState().term() + " vote "
          + (a.hardState().votedFor() == null ? "-" : a.hardState().votedFor());
      case Truncate a -> "truncate from " + a.fromIndex();
      case Append a -> "append " + entries(a.entries());
      case Sync a -> "sync " + a.seq() + (a.thenSend().isEmpty() ? "" : " then " + sends(a.thenSend()));
      case Send a -> "send to " + a.to() + ": " + of(a.message());
      case SendAppend a -> "send to " + a.to() + ": entries after " + a.prev() + " of terms " + a.terms().stream()
          .map(range -> range.term() + "/" + range.firstIndex() + "-" + range.lastIndex()).toList() + " commit "
          + a.commitIndex();
      case Apply a -> "apply up to " + a.upTo();
      case AcceptProposals a -> "accept " + a.count() + " at " + a.term() + "/" + a.firstIndex();
      case RejectProposals a -> "reject: " + a.why();
      case ReadReady a -> "read " + a.context() + " ready at " + a.readIndex();
      case RejectRead a -> "read " + a.context() + " rejected: " + a.why();
      case TransferEnded a -> a.transferred() ? "transferred" : "not transferred: " + a.reason();
      case RoleChanged a ->
        a.role() + " in term " + a.term() + ", leader " + (a.leader() == null ? "-" : a.leader()) + " ("
            + a.reason() + ")";
      case ClockDue ignored -> "clock entry due";
      case OpenSnapshot a -> "open a snapshot for " + a.to() + " of " + a.minIndex() + " or later";
      case SendSnapshotChunk a -> "send to " + a.to() + ": chunk from " + a.offset();
      case CheckSnapshot a -> "check snapshot " + a.transfer();
      case CloseSnapshot a -> "close snapshot " + a.transfer();
      case StoreChunk a -> "store chunk of " + a.snapshot().lastIncluded() + " from " + a.offset();
      case DropReceived ignored -> "drop what was received";
      case InstallState a -> "install the state" + (a.resetLog() ? ", then reset the log" : "");
      case ResetLog a -> "reset the log to " + a.start().id();
      case MembershipAccepted a -> "change accepted at " + a.term() + "/" + a.index();
      case MembershipRejected a -> "change rejected, " + a.why() + ": " + a.message();
      case PeerForgot a ->
        a.peer() + " forgot: it had acknowledged " + a.matchIndex() + ", its log ends at " + a.lastIndex();
      case ForgetLogReset ignored -> "forget the reset";
    };
  }

  private static String sends(List<Send> sends) {
    return sends.stream().map(send -> "to " + send.to() + ": " + of(send.message())).collect(Collectors.joining("; "));
  }

  static String of(Message message) {
    return "term " + message.term() + " " + switch (message) {
      case RequestVote m -> "RequestVote last " + m.last() + (m.transfer() ? " transfer" : "");
      case RequestVoteReply m -> "RequestVoteReply " + (m.granted() ? "granted" : "refused");
      case PreVote m -> "PreVote last " + m.last();
      case PreVoteReply m -> "PreVoteReply " + (m.granted() ? "granted" : "refused");
      case AppendEntries m ->
        "AppendEntries after " + m.prev() + " " + entries(m.entries()) + " commit " + m.commitIndex();
      case AppendEntriesAccepted m -> "AppendEntriesAccepted match " + m.matchIndex();
      case AppendEntriesRejected m -> "AppendEntriesRejected prev " + m.prevIndex() + " hint " + m.hint();
      case Heartbeat m -> "Heartbeat round " + m.round() + " commit " + m.commitIndex();
      case HeartbeatReply m -> "HeartbeatReply round " + m.round() + " last " + m.lastIndex()
          + (m.snapshotNeeded() == 0 ? "" : " needs a snapshot of " + m.snapshotNeeded());
      case TimeoutNow ignored -> "TimeoutNow";
      case InstallSnapshot m -> "InstallSnapshot " + m.snapshot().lastIncluded() + " from " + m.offset();
      case InstallSnapshotReply m ->
        "InstallSnapshotReply next " + m.nextOffset() + (m.installed() ? " installed" : "");
      case SnapshotRefused ignored -> "SnapshotRefused";
      case ReadIndex m -> "ReadIndex " + m.boot() + "/" + m.read();
      case ReadIndexReply m -> "ReadIndexReply " + m.boot() + "/" + m.read() + " index " + m.readIndex();
      case LostEntries m -> "LostEntries match " + m.matchIndex();
    };
  }

  static String entries(List<Entry> entries) {
    return entries.stream().map(ScenarioText::of).collect(Collectors.joining(", ", "[", "]"));
  }

  private static String members(Entry entry) {
    return Configuration.decode(entry.payload()).members().stream()
        .map(member -> member.voter() ? member.id().value() : "(" + member.id() + ")").collect(Collectors.joining());
  }

  private static String of(Entry entry) {
    String what = entry.type() == EntryType.COMMAND
        ? new String(entry.payload().array(), StandardCharsets.UTF_8)
        : entry.type().name() + (entry.type() == EntryType.CONFIGURATION ? " " + members(entry) : "");
    return entry.id() + " " + what;
  }
}
