package io.balsa.raft.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.port.LogStore;
import io.balsa.raft.port.RecoveredLog;
import io.balsa.raft.port.StateMachine;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The simulator is tested like anything else: bugs planted around RaftNode, at its ports, are found by the invariants named. */
class HarnessTest {
  private static final Duration SAFETY = Duration.ofSeconds(30);
  private static final int SEEDS_MAX = 100;

  private static void assertFound(Parts<?> parts, String... invariants) {
    for (long seed = 1; seed <= SEEDS_MAX; seed++) {
      Violation violation = Simulation.run(seed, SAFETY, parts, null).violation();
      if (violation != null) {
        assertThat(violation.invariant()).as("%s", violation.getMessage()).isIn((Object[]) invariants);
        return;
      }
    }
    throw new AssertionError("not found in " + SEEDS_MAX + " seeds");
  }

  @Test
  void aLogThatSaysDurableBeforeTheSyncIsFound() {
    assertFound(new Parts.Toy() {
      @Override
      public NodeDisk disk(Configuration initial, SimOptions options, SimRandom random) {
        return new SimLogDisk(initial, 1_000) {
          @Override
          void sync(LogFrame frame) throws IOException {
            if (!random.chance(0.02)) {
              super.sync(frame);
            } else {
              keepInPageCache(frame);
            }
          }
        };
      }
    }, "DurableAcks", "CommittedOnQuorum", "OneVotePerTerm", "PointerOrder");
  }

  @Test
  void aLogThatForgetsItsHardStateIsFound() {
    assertFound(new Parts.Toy() {
      @Override
      public NodeDisk disk(Configuration initial, SimOptions options, SimRandom random) {
        return new SimLogDisk(initial, 1_000) {
          @Override
          protected SimLogStore newStore(List<Entry> entries, int cached, HardState hardState) {
            return new SimLogStore(this, entries, cached, recovered(entries, new HardState(hardState.term(), null)));
          }
        };
      }
    }, "MonotonicPointers", "OneVotePerTerm");
  }

  @Test
  void aRecoveryThatTrustsThePageCacheIsFound() {
    assertFound(new Parts.Toy() {
      @Override
      public NodeDisk disk(Configuration initial, SimOptions options, SimRandom random) {
        return new TrustingDisk(initial);
      }
    }, "DurableAcks", "CommittedOnQuorum", "OneVotePerTerm", "PointerOrder");
  }

  /** Breaks L3: what an ended process wrote and did not sync is handed out as durable; with all that follows it, it is not. */
  private static final class TrustingDisk extends SimLogDisk {
    private final List<LogFrame> unsynced = new ArrayList<>();

    TrustingDisk(Configuration initial) {
      super(initial, 1_000);
    }

    @Override
    protected void recover(LogFrame frame) {
      unsynced.add(frame);
    }

    @Override
    protected SimLogStore newStore(List<Entry> entries, int cached, HardState hardState) {
      HardState visible = hardState;
      for (LogFrame frame : unsynced) {
        frame.applyTo(entries, committed());
        visible = frame.hardState() == null ? visible : frame.hardState();
      }
      return super.newStore(entries, cached, visible);
    }

    @Override
    void sync(LogFrame frame) throws IOException {
      if (unsynced.isEmpty()) {
        super.sync(frame);
      } else {
        unsynced.add(frame);
      }
    }

    @Override
    public void crash(Crash kind, SimRandom random) {
      super.crash(kind, random);
      if (kind == Crash.POWER) {
        unsynced.clear();
      }
    }
  }

  @Test
  void aVoteThatArrivesTwiceFromDifferentNodesIsFound() {
    assertFound(new Parts.Toy() {
      @Override
      public void route(Cluster<RegisterState.Result> cluster, SimNode<RegisterState.Result> from,
          SimNode<RegisterState.Result> to, Message message) {
        cluster.route(from, to, message);
        if (message instanceof RequestVoteReply) {
          for (SimNode<RegisterState.Result> other : cluster.nodes()) {
            if (other != from && other != to) {
              cluster.route(other, to, new RequestVoteReply(message.term(), true));
            }
          }
        }
      }
    }, "ElectedByMajority", "ElectionSafety", "LeaderCompleteness", "CommittedOnQuorum", "NodeRuns");
  }

  @Test
  void anEntryThatChangesOnItsWayIsFound() {
    assertFound(new Parts.Toy() {
      @Override
      public void route(Cluster<RegisterState.Result> cluster, SimNode<RegisterState.Result> from,
          SimNode<RegisterState.Result> to, Message message) {
        if (message instanceof AppendEntries append && append.entries().size() == 1
            && append.prev().index() % 50 == 49) {
          Entry entry = append.entries().get(0);
          Entry other = new Entry(entry.type(), entry.term(), entry.index(), entry.stampNanos(),
              Bytes.wrap(new byte[entry.payload().size()]));
          if (!other.equals(entry)) {
            cluster.route(from, to,
                new AppendEntries(append.term(), append.prev(), List.of(other), append.commitIndex()));
            return;
          }
        }
        cluster.route(from, to, message);
      }
    }, "LogMatching");
  }

  @Test
  void aStateMachineThatSkipsAnEntryIsFound() {
    assertFound(new Parts.Toy() {
      @Override
      public NodeState<RegisterState.Result> state(SimOptions options, SimRandom random) {
        return new RegisterState(Configuration.EMPTY, random) {
          @Override
          public StateMachine<Result> open() {
            super.open();
            return new Machine() {
              @Override
              protected Result applyOne(Entry entry) {
                return random.chance(0.002) && entry.payload().size() > 0 ? new Result(true, 0) : super.applyOne(entry);
              }
            };
          }
        };
      }
    }, "ReplicasAgree", "StateMachineSafety", "Linearizability");
  }

  @Test
  void aStateThatWasFlushedHalfIsFound() {
    assertFound(new Parts.Toy() {
      @Override
      public NodeState<RegisterState.Result> state(SimOptions options, SimRandom random) {
        return new RegisterState(Configuration.EMPTY, random) {
          @Override
          public StateMachine<Result> open() {
            StateMachine<Result> opened = super.open();
            LogId applied = opened.applied();
            if (applied.index() > 1) {
              forgetRegisters(); // the applied index outlived the data: etcd's defect of 2022 (peer defect A1)
            }
            return opened;
          }
        };
      }
    }, "ReplicasAgree", "StateMachineSafety");
  }

  @Test
  void readsOfAnOldStateAreFound() {
    assertFound(new Parts.Toy() {
      @Override
      public RegisterProtocol<RegisterState.Result> protocol() {
        return new RegisterState.Protocol() {
          private long last;

          @Override
          public long read(NodeState<RegisterState.Result> state, int key) {
            long now = super.read(state, key);
            long stale = key == 0 ? last : now;
            last = key == 0 ? now : last;
            return stale;
          }
        };
      }
    }, "Linearizability");
  }

  @Test
  void aLogThatFailsToOpenOrToReadStopsTheRun() {
    assertFound(new Parts.Toy() {
      @Override
      public NodeDisk disk(Configuration initial, SimOptions options, SimRandom random) {
        return new SimLogDisk(initial, 0) {
          @Override
          protected SimLogStore newStore(List<Entry> entries, int cached, HardState hardState) {
            RecoveredLog recovered = recovered(entries, hardState);
            return new SimLogStore(this, entries, cached, recovered) {
              @Override
              public List<Entry> read(long from, long to, long bytesMax) {
                if (from > 20) {
                  throw new IllegalStateException("planted");
                }
                return super.read(from, to, bytesMax);
              }
            };
          }
        };
      }
    }, "NodeRuns", "NodeStarts");
  }

  @Test
  void aLogThatNeverFinishesASyncIsFoundByTheLivenessPhase() {
    assertFound(new Parts.Toy() {
      @Override
      public NodeDisk disk(Configuration initial, SimOptions options, SimRandom random) {
        return new SimLogDisk(initial, 1_000) {
          @Override
          protected SimLogStore newStore(List<Entry> entries, int cached, HardState hardState) {
            return new SimLogStore(this, entries, cached, recovered(entries, hardState)) {
              @Override
              public long persistPending() throws IOException {
                return random.chance(0.05) ? LogStore.NOTHING : super.persistPending();
              }
            };
          }
        };
      }
    }, "Liveness", "ReplicasAgree", "AnsweredOnce", "SomebodyIsLeft");
  }

  @Test
  void theSameSeedGivesTheSameTraceAndAnotherSeedAnother() {
    long one = Simulation.run(7, SAFETY, new Parts.Toy(), null).traceHash();
    assertThat(Simulation.run(7, SAFETY, new Parts.Toy(), null).traceHash()).isEqualTo(one);
    assertThat(Simulation.run(8, SAFETY, new Parts.Toy(), null).traceHash()).isNotEqualTo(one);
  }
}
