package io.balsa.raft.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.RoleChanged;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.port.NodeListener;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is obsolete goes on the reader pool, a piece at a time, and whoever else wants the pool gets in between. */
class ObsoleteRemovalTest implements NodeListener {
  private final ArrayDeque<Runnable> pool = new ArrayDeque<>();
  private final List<String> done = new ArrayList<>();
  private final List<String> fatal = new ArrayList<>();
  private @Nullable IOException failure;
  private int pieces;
  private final ObsoleteRemoval obsolete = new ObsoleteRemoval(new DrivenNode.Texts() {
    @Override
    public boolean removeObsolete() throws IOException {
      if (failure != null) {
        throw failure;
      }
      done.add("piece");
      pieces = Math.max(0, pieces - 1);
      return pieces > 0;
    }
  }, this, pool::add);

  private void runPool() {
    for (Runnable next = pool.poll(); next != null; next = pool.poll()) {
      next.run();
    }
  }

  @Test
  void nothingIsRemovedOnTheCallersThread() {
    pieces = 3;
    obsolete.begin();
    assertThat(done).isEmpty();
    runPool();
    assertThat(done).containsExactly("piece", "piece", "piece");
  }

  @Test
  void othersGetInBetween() {
    pieces = 3;
    obsolete.begin();
    pool.add(() -> done.add("a read"));
    runPool();
    assertThat(done).containsExactly("piece", "a read", "piece", "piece");
  }

  @Test
  void whatArisesMeanwhileIsRemovedToo() {
    pieces = 2;
    obsolete.begin();
    pool.remove().run();
    pieces += 2;
    obsolete.begin();
    runPool();
    assertThat(pieces).isZero();
    assertThat(pool).isEmpty();
  }

  @Test
  void askedForManyTimesItRunsOnce() {
    pieces = 2;
    obsolete.begin();
    obsolete.begin();
    obsolete.begin();
    assertThat(pool).hasSize(1);
    runPool();
    assertThat(done).containsExactly("piece", "piece");
  }

  @Test
  void whatCannotBeRemovedIsFatal() {
    failure = new IOException("disk");
    obsolete.begin();
    runPool();
    assertThat(fatal).containsExactly("removing what is obsolete: disk");
  }

  @Override
  public void roleChanged(RoleChanged change) {
    throw new IllegalStateException("no role changes here");
  }

  @Override
  public void snapshotDamaged(SnapshotMeta snapshot) {
    throw new IllegalStateException("no snapshots here");
  }

  @Override
  public void snapshotRefused(NodeId by, SnapshotMeta snapshot) {
    throw new IllegalStateException("no snapshots here");
  }

  @Override
  public void membershipChanged(Configuration newest, Configuration committed, long committedIndex) {
    throw new IllegalStateException("no members here");
  }

  @Override
  public void peerForgot(NodeId peer, long matchIndex, long lastIndex) {
    throw new IllegalStateException("no peers here");
  }

  @Override
  public void fatal(String stage, Throwable cause) {
    fatal.add(stage + ": " + cause.getMessage());
  }
}
