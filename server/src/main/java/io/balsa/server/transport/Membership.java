package io.balsa.server.transport;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.server.identity.Identity;
import io.balsa.server.identity.KnownMembers;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What a node goes by when it meets another (I1): the newest configuration of its own log, committed or not, and the newest that it
 * knows to be committed, be it its own or one that a peer or the answer to its join has brought. Committed ones form one chain, so the
 * higher index is the newer, whoever brings it. A node whose log lags so still knows whom to admit, and whom no more.
 *
 * <p>Thread-safe. Listeners are called on the thread that brought the news, one at a time, in order; they return at once and do not
 * call {@link #own} or {@link #learn}.
 */
public final class Membership {

  /** Hears of changes. */
  public interface Listener {
    /** @param view as it is from now on */
    void changed(View view);
  }

  /**
   * One moment of it.
   *
   * @param newest    of the own log
   * @param committed the newest of the own log that is committed
   * @param known     the newest that is known to be committed; at least {@code committed}
   * @param boundAt   the highest index at which a committed configuration was seen to name this very node
   */
  public record View(Configuration newest, KnownMembers committed, KnownMembers known, long boundAt) {

    /**
     * The others, of both configurations, but one for each id, and none that nobody has come with. Where both name an id, the later
     * one counts: the own newest, unless what is known to be committed is ahead of this node's own log.
     */
    NavigableMap<NodeId, Member> peers(NodeId self) {
      boolean ahead = known.index() > committed.index();
      NavigableMap<NodeId, Member> peers = new TreeMap<>();
      for (Configuration each : ahead ? List.of(newest, known.configuration())
          : List.of(known.configuration(), newest)) {
        for (Member member : each.members()) {
          if (!member.isReserved() && !member.id().equals(self)) {
            peers.put(member.id(), member);
          }
        }
      }
      return peers;
    }

    /** Whether either configuration names this id. */
    public boolean isPeer(NodeId id) {
      return newest.member(id) != null || known.configuration().member(id) != null;
    }

    /** Whether messages of this incarnation are taken. */
    boolean admits(NodeId id, long incarnation) {
      return newest.binds(id, incarnation) || known.configuration().binds(id, incarnation);
    }

    /**
     * Whether this node is a member no more: a committed configuration, newer than any in which it knows itself to be one, lacks it.
     * Older ones that lack it are no news to a node that was added.
     */
    public boolean isRemoved(Identity self) {
      return known.index() > boundAt && !known.binds(self);
    }
  }

  private final long clusterId;
  private final Identity self;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private volatile View view;

  /**
   * @param initial what this node starts from
   * @param known   what it knew before, or heard when it joined; at least {@code initial}
   */
  public Membership(Identity self, KnownMembers initial, KnownMembers known) {
    this.clusterId = initial.clusterId();
    this.self = self;
    KnownMembers newer = initial.newer(known);
    this.view = new View(initial.configuration(), initial, newer, newer.binds(self) ? newer.index() : initial.index());
  }

  public long clusterId() {
    return clusterId;
  }

  public Identity self() {
    return self;
  }

  public View view() {
    return view;
  }

  /** Also told of how things are now. */
  public synchronized void addListener(Listener listener) {
    listeners.add(listener);
    listener.changed(view);
  }

  /** The own log has gone on, or back. */
  public synchronized void own(Configuration newest, KnownMembers committed) {
    update(newest, committed, view.known().newer(committed));
  }

  /** A peer that was admitted, or an answer to a question of this node, has brought this. */
  public synchronized void learn(KnownMembers brought) {
    if (brought.clusterId() == clusterId && brought.index() > view.known().index()) {
      update(view.newest(), view.committed(), brought);
    }
  }

  /** What this node can tell: what it knows to be committed. */
  KnownMembers known() {
    return view.known();
  }

  private void update(Configuration newest, KnownMembers committed, KnownMembers known) {
    long boundAt = view.boundAt();
    for (KnownMembers each : List.of(committed, known)) {
      boundAt = each.binds(self) ? Math.max(boundAt, each.index()) : boundAt;
    }
    View next = new View(newest, committed, known, boundAt);
    if (!next.equals(view)) {
      view = next;
      new ArrayList<>(listeners).forEach(listener -> listener.changed(next));
    }
  }
}
