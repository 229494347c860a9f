package io.balsa.raft.node;

import io.balsa.raft.action.AcceptProposals;
import io.balsa.raft.action.Action;
import io.balsa.raft.action.Append;
import io.balsa.raft.action.Apply;
import io.balsa.raft.action.CheckSnapshot;
import io.balsa.raft.action.ClockDue;
import io.balsa.raft.action.CloseSnapshot;
import io.balsa.raft.action.DropReceived;
import io.balsa.raft.action.ForgetLogReset;
import io.balsa.raft.action.InstallState;
import io.balsa.raft.action.MembershipAccepted;
import io.balsa.raft.action.MembershipRejected;
import io.balsa.raft.action.OpenSnapshot;
import io.balsa.raft.action.PeerForgot;
import io.balsa.raft.action.ReadReady;
import io.balsa.raft.action.RejectProposals;
import io.balsa.raft.action.RejectRead;
import io.balsa.raft.action.ResetLog;
import io.balsa.raft.action.RoleChanged;
import io.balsa.raft.action.SaveHardState;
import io.balsa.raft.action.Send;
import io.balsa.raft.action.SendAppend;
import io.balsa.raft.action.SendSnapshotChunk;
import io.balsa.raft.action.StoreChunk;
import io.balsa.raft.action.Sync;
import io.balsa.raft.action.TransferEnded;
import io.balsa.raft.action.Truncate;
import io.balsa.raft.input.Input;
import io.balsa.raft.input.Installed;
import io.balsa.raft.input.LogResetForgotten;
import io.balsa.raft.port.LogStore;
import io.balsa.raft.port.NodeListener;
import io.balsa.raft.port.SnapshotStore;
import io.balsa.raft.port.StateMachine;
import io.balsa.raft.port.Transport;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Does what the core asks for, from the first action to the last. Raft thread only; nothing here waits for a disk. */
final class ActionRunner<R> {
  private final LogStore log;
  private final LogWriter logWriter;
  private final Applier<R> applier;
  private final StateMachine<R> machine;
  private final SnapshotSender snapshotSender;
  private final SnapshotReceiver snapshotReceiver;
  private final Consumer<Input> core;
  private final Transport transport;
  private final AppendSender appendSender;
  private final NodeListener listener;
  private final Consumer<Stage> wake;
  final PendingProposals<R> pendingProposals = new PendingProposals<>();
  final PendingReads pendingReads = new PendingReads();
  /** Who asked for a transfer in this step; whoever is still unanswered after it waits for the transfer to end. */
  private @Nullable TransferCallback askingTransfer;
  private @Nullable TransferCallback waitingTransfer;
  private List<@Nullable ProposalCallback<R>> proposing = List.of();
  private @Nullable MembershipCallback changing;
  private boolean clockDue;

  /** @param core where stages leave what is done, for the next poll */
  ActionRunner(LogStore log, LogWriter logWriter, Applier<R> applier, StateMachine<R> machine, SnapshotStore snapshots,
      Transport transport, NodeListener listener, Executor readers, Consumer<Stage> wake, Consumer<Input> core) {
    this.machine = machine;
    this.core = core;
    this.snapshotSender = new SnapshotSender(snapshots, transport, listener, readers, core);
    this.snapshotReceiver = new SnapshotReceiver(snapshots, listener, readers, core);
    this.log = log;
    this.logWriter = logWriter;
    this.applier = applier;
    this.transport = transport;
    this.appendSender = new AppendSender(log, transport, listener, readers);
    this.listener = listener;
    this.wake = wake;
  }

  /** Who waits for the proposals of the next step. */
  void proposing(List<@Nullable ProposalCallback<R>> callbacks) {
    proposing = callbacks;
  }

  /** Who asks for a change of the membership in the next step; it is answered, or waits for its entry, when that is over. */
  void changing(@Nullable MembershipCallback callback) {
    changing = callback;
  }

  /** Who asks for a transfer in the next step. */
  void transferring(TransferCallback callback) {
    askingTransfer = callback;
  }

  /** That step is over: a transfer that was not refused is under way, the only one. */
  void transferAsked() {
    if (askingTransfer != null) {
      waitingTransfer = askingTransfer;
      askingTransfer = null;
    }
  }

  private void endTransfer(TransferEnded ended) {
    TransferCallback callback = askingTransfer != null ? askingTransfer : waitingTransfer;
    if (askingTransfer != null) {
      askingTransfer = null;
    } else {
      waitingTransfer = null;
    }
    if (callback != null) {
      callback.ended(ended.transferred(), ended.reason());
    }
  }

  /** Whether a Clock entry has become due since this was last asked (T4). */
  boolean takeClockDue() {
    boolean due = clockDue;
    clockDue = false;
    return due;
  }

  void run(List<Action> actions, long appliedIndex) {
    for (Action action : actions) {
      run(action, appliedIndex);
    }
  }

  private void run(Action action, long appliedIndex) {
    switch (action) {
      case SaveHardState save -> log.saveHardState(save.hardState());
      case Truncate truncate -> {
        log.truncateFrom(truncate.fromIndex());
        pendingProposals.truncatedFrom(truncate.fromIndex());
      }
      case Append append -> log.append(append.entries());
      case Sync sync -> {
        logWriter.request(sync);
        wake.accept(Stage.LOG_WRITER);
      }
      case Send send -> transport.send(send.to(), send.incarnation(), send.message());
      case SendAppend send -> appendSender.send(send);
      case Apply apply -> {
        applier.hand(apply.upTo(), pendingProposals.takeTo(apply.upTo()));
        wake.accept(Stage.APPLIER);
      }
      case AcceptProposals accept -> pendingProposals.add(accept.term(), accept.firstIndex(), proposing);
      case RejectProposals reject -> {
        for (ProposalCallback<R> callback : proposing) {
          if (callback != null) {
            callback.rejected(reject.why());
          }
        }
      }
      case MembershipAccepted accept -> pendingProposals.add(accept.term(), accept.index(), whoChanges());
      case MembershipRejected reject -> whoChanges().rejected(reject.why(), reject.message());
      case PeerForgot forgot -> listener.peerForgot(forgot.peer(), forgot.matchIndex(), forgot.lastIndex());
      case ReadReady ready -> pendingReads.ready(ready.context(), ready.readIndex(), appliedIndex);
      case RejectRead reject -> pendingReads.rejected(reject.context(), reject.why());
      case TransferEnded ended -> endTransfer(ended);
      case RoleChanged change -> listener.roleChanged(change);
      case ClockDue ignored -> clockDue = true;
      case OpenSnapshot open -> snapshotSender.open(open);
      case SendSnapshotChunk chunk -> snapshotSender.send(chunk);
      case CheckSnapshot check -> snapshotSender.check(check.transfer());
      case CloseSnapshot close -> snapshotSender.close(close.transfer());
      case StoreChunk chunk -> snapshotReceiver.store(chunk);
      case DropReceived drop -> snapshotReceiver.drop(drop.reception());
      case InstallState install -> job(() -> {
        machine.install(snapshotReceiver.take(install.reception()), install.resetLog());
        core.accept(new Installed(machine.nextDueNanos()));
      });
      case ResetLog reset -> {
        log.reset(reset.start().id(), reset.start().stampNanos(), reset.start().configuration());
        pendingProposals.abandonAll();
      }
      case ForgetLogReset ignored -> job(() -> {
        machine.logReset();
        core.accept(new LogResetForgotten());
      });
    }
  }

  private MembershipCallback whoChanges() {
    MembershipCallback callback = changing;
    if (callback == null) {
      throw new IllegalStateException("a change of the membership that nobody asked for");
    }
    return callback;
  }

  private void job(Applier.Job job) {
    applier.hand(job);
    wake.accept(Stage.APPLIER);
  }

  void abandonAll() {
    pendingProposals.abandonAll();
    pendingReads.abandonAll();
    snapshotSender.closeAll();
    applier.abandonAll();
    endTransfer(new TransferEnded(false, RaftNode.STOPPING));
  }
}
