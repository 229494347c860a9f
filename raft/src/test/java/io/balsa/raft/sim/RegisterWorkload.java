package io.balsa.raft.sim;

import java.util.ArrayList;
import java.util.List;

/** Clients that know consensus only: each calls a node's propose and read itself. */
final class RegisterWorkload<R> implements Workload<R> {
  private final Cluster<R> cluster;
  private final SimRandom random;
  private final List<Operation> history = new ArrayList<>();
  private final List<SimClient<R>> clients = new ArrayList<>();
  private final SimClient<R> prober;
  private int gaveUp;

  RegisterWorkload(Cluster<R> cluster, SimRandom random) {
    this.cluster = cluster;
    this.random = random;
    this.prober = new SimClient<>(cluster, cluster.options().clients(), random.fork("probe"), history);
  }

  @Override
  public void start() {
    for (int i = 0; i < cluster.options().clients(); i++) {
      SimClient<R> client = new SimClient<>(cluster, i, random.fork("client " + i), history);
      clients.add(client);
      client.start();
    }
  }

  @Override
  public void stop() {
    clients.forEach(SimClient::stop);
  }

  @Override
  public void probe(List<SimNode<R>> core, long patienceNanos) {
    prober.probe(core, patienceNanos);
  }

  @Override
  public boolean isProbed() {
    return prober.isProbed();
  }

  @Override
  public boolean isIdle() {
    return clients.stream().allMatch(SimClient::isIdle);
  }

  @Override
  public void check() {
    for (int counter = 0; counter < cluster.options().keys(); counter++) {
      int key = counter;
      String wrong = CounterChecker
          .check(history.stream().filter(op -> op.kind() == Operation.Kind.ADD && op.key() == key).toList());
      if (wrong != null) {
        throw new Violation("ExactlyOnce", wrong);
      }
    }
    for (RegisterChecker.Result result : RegisterChecker.checkAll(history, cluster.options().keys())) {
      switch (result.verdict()) {
        case LINEARIZABLE -> {
        }
        case GAVE_UP -> gaveUp++;
        case NOT_LINEARIZABLE -> throw new Violation("Linearizability",
            "no order of the operations explains " + result.culprit());
      }
    }
  }

  @Override
  public int operations() {
    return history.size() - unknown();
  }

  @Override
  public int unknown() {
    return (int) history.stream().filter(Operation::isUnknown).count();
  }

  @Override
  public int sessions() {
    return (int) history.stream().filter(op -> !op.isUnknown()).mapToInt(Operation::client).distinct().count();
  }

  @Override
  public int gaveUp() {
    return gaveUp;
  }
}
