package io.balsa.raft.sim;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.Message;

/**
 * The links between the nodes. A message may be lost, doubled, late or out of order, as the port Transport allows. Each
 * direction of a link can be cut. A bit of a snapshot may change: it is long, and what checks it is its receiver.
 */
public final class Network {
  private static final double CHUNK_DAMAGE_PROBABILITY = 0.02;

  /** Where messages come out. */
  public interface Delivery {
    void deliver(int from, int to, Message message, int sentToLife);
  }

  private final Timeline timeline;
  private final SimRandom random;
  private final SimRandom damages;
  private final SimOptions options;
  private final FaultCounts counts;
  private final Delivery delivery;
  private final boolean[][] cut;
  private final Weather weather;
  private final long[][] lastDelivery;
  private boolean lossy = true;

  public Network(Timeline timeline, SimRandom random, SimOptions options, FaultCounts counts, Delivery delivery) {
    this.timeline = timeline;
    this.random = random;
    this.damages = random.fork("damages");
    this.options = options;
    this.counts = counts;
    this.delivery = delivery;
    int nodes = options.members().nodesMax();
    this.weather = new Weather(nodes);
    this.cut = new boolean[nodes][nodes];
    this.lastDelivery = new long[nodes][nodes];
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
    put(from, to, damaged(message), life);
    if (lossy && random.chance(options.duplicateProbability())) {
      counts.add(FaultKind.MESSAGE_DUPLICATED);
      put(from, to, message, life);
    }
  }

  private Message damaged(Message message) {
    if (!lossy || !(message instanceof InstallSnapshot install) || install.data().size() == 0
        || !damages.chance(CHUNK_DAMAGE_PROBABILITY)) {
      return message;
    }
    counts.add(StateEvent.CHUNK_DAMAGED);
    byte[] data = install.data().array().clone();
    data[damages.between(0, data.length - 1)] ^= (byte) (1 << damages.between(0, 7));
    return new InstallSnapshot(install.term(), install.snapshot(), install.offset(), Bytes.wrap(data));
  }

  private void put(int from, int to, Message message, int life) {
    long delay = options.latencyNanos() / 2 + random.exponential(options.latencyNanos() / 2 + 1);
    long at = timeline.now() + weather.latency(from, to, delay);
    if (lossy && random.chance(options.reorderProbability())) {
      counts.add(FaultKind.MESSAGE_REORDERED);
      at += random.exponential(20 * options.latencyNanos());
    } else if (options.fifo()) {
      at = Math.max(at, lastDelivery[from][to] + 1);
      lastDelivery[from][to] = at;
    }
    long out = weather.comesOut(from, to, message, timeline.now(), at);
    if (out < 0) {
      counts.add(FaultKind.MESSAGE_LOST);
      return;
    }
    timeline.after(out - timeline.now(), () -> {
      if (cut[from][to]) {
        counts.add(FaultKind.MESSAGE_CUT);
      } else {
        delivery.deliver(from, to, message, life);
      }
    });
  }

  Weather weather() {
    return weather;
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

  /** No message is lost, doubled, late or damaged any more, but for cuts. */
  public void becomeReliable() {
    lossy = false;
    weather.clear();
  }
}
