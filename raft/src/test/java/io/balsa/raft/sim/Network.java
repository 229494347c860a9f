package io.balsa.raft.sim;

import io.balsa.raft.message.Message;

/**
 * The links between the nodes. A message may be lost, doubled, late or out of order, as the port Transport allows. Each
 * direction of a link can be cut.
 */
public final class Network {
  /** Where messages come out. */
  public interface Delivery {
    void deliver(int from, int to, Message message, int sentToLife);
  }

  private final Timeline timeline;
  private final SimRandom random;
  private final SimOptions options;
  private final FaultCounts counts;
  private final Delivery delivery;
  private final boolean[][] cut;
  private final long[][] lastDelivery;
  private boolean lossy = true;
  private long lossyUntil = Long.MAX_VALUE;

  public Network(Timeline timeline, SimRandom random, SimOptions options, FaultCounts counts, Delivery delivery) {
    this.timeline = timeline;
    this.random = random;
    this.options = options;
    this.counts = counts;
    this.delivery = delivery;
    this.cut = new boolean[options.voters()][options.voters()];
    this.lastDelivery = new long[options.voters()][options.voters()];
  }

  /** @param life which process of the receiver stood when it was sent */
  public void send(int from, int to, Message message, int life) {
    if (cut[from][to]) {
      counts.add(FaultKind.MESSAGE_CUT);
      return;
    }
    if (lossy && random.chance(options.lossProbability())) {
      counts.add(FaultKind.MESSAGE_LOST);
      return;
    }
    put(from, to, message, life);
    if (lossy && random.chance(options.duplicateProbability())) {
      counts.add(FaultKind.MESSAGE_DUPLICATED);
      put(from, to, message, life);
    }
  }

  private void put(int from, int to, Message message, int life) {
    long delay = options.latencyNanos() / 2 + random.exponential(options.latencyNanos() / 2 + 1);
    long at = timeline.now() + delay;
    if (lossy && random.chance(options.reorderProbability())) {
      counts.add(FaultKind.MESSAGE_REORDERED);
      at += random.exponential(20 * options.latencyNanos());
    } else if (options.fifo()) {
      at = Math.max(at, lastDelivery[from][to] + 1);
      lastDelivery[from][to] = at;
    }
    boolean mayBeLost = lossy;
    timeline.after(at - timeline.now(), () -> {
      if (cut[from][to]) {
        counts.add(FaultKind.MESSAGE_CUT);
      } else if (mayBeLost && timeline.now() > lossyUntil) {
        counts.add(FaultKind.MESSAGE_LOST);
      } else {
        delivery.deliver(from, to, message, life);
      }
    });
  }

  public void cut(int from, int to) {
    cut[from][to] = true;
  }

  public void heal() {
    for (boolean[] row : cut) {
      java.util.Arrays.fill(row, false);
    }
  }

  public void heal(int from, int to) {
    cut[from][to] = false;
  }

  public boolean isCut(int from, int to) {
    return cut[from][to];
  }

  /** No message is lost, doubled or late any more, but for cuts; what is very late already is lost. */
  public void becomeReliable() {
    lossy = false;
    lossyUntil = timeline.now() + 4 * options.latencyNanos();
  }
}
