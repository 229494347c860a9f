package io.balsa.server.sim;

import io.balsa.client.error.BalsaException;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.StreamReply;
import io.balsa.raft.sim.Cluster;
import io.balsa.raft.sim.SimNode;
import io.balsa.raft.sim.SimRandom;
import io.balsa.raft.sim.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The clients of one run: each a process with the SDK's session logic, replaced when it is killed. */
final class StackWorkload implements Workload<Result> {
  /** A user who has this many unanswered calls waits, also for those given up: they are still sent. */
  private static final int UNDER_WAY_MAX = 50;
  private static final long RESTART_NANOS = 200_000_000L;

  private final Cluster<Result> cluster;
  private final SimRandom random;
  private final Tally tally;
  private final SessionWatch watch;
  private final List<Usage> usages;
  private final List<Double> clockRates = new ArrayList<>();
  private final Wires wires;
  private final ClientNemesis nemesis;
  private final List<SimSdk> clients = new ArrayList<>();
  private List<SimNode<Result>> core = List.of();
  private int lives = 1;
  private boolean stopped;
  private int probesOpen = -1;

  StackWorkload(Cluster<Result> cluster, SimRandom run, Tally tally, SessionWatch watch, List<Usage> usages) {
    this.cluster = cluster;
    this.random = run.fork("clients");
    this.tally = tally;
    this.watch = watch;
    this.usages = usages;
    this.wires = new Wires(cluster, random.fork("wires"), tally);
    this.nemesis = new ClientNemesis(cluster, this, wires, random.fork("nemesis"));
    wires.stalledBy(nemesis);
  }

  /** K1 stands on this: no two clocks differ by more than 1 % in their rates. */
  static List<Double> clockRates(SimRandom random, int count) {
    double spread = random.pick(List.of(0.0, 0.001, 0.004));
    List<Double> rates = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rates.add(1 + random.between(-spread, spread));
    }
    return rates;
  }

  @Override
  public void start() {
    clockRates.addAll(clockRates(random.fork("clocks"), cluster.options().clients()));
    for (int number = 0; number < cluster.options().clients(); number++) {
      clients.add(newClient(number, 1));
      useLater(number, random.fork("uses " + number));
    }
    nemesis.start();
  }

  private SimSdk newClient(int number, int life) {
    SimRandom own = random.fork("client " + number + " life " + life);
    List<String> seeds = new ArrayList<>();
    for (int node = 0; node < cluster.nodes().size(); node++) {
      if (own.chance(0.8)) {
        seeds.add("client:" + node);
      }
    }
    if (seeds.size() < cluster.nodes().size() / 2 + 1) { // there is always one of them to ask for the leader
      seeds.clear();
      for (int node = 0; node < cluster.nodes().size(); node++) {
        seeds.add("client:" + node);
      }
    }
    return new SimSdk(cluster, wires, number, life, clockRates.get(number), seeds,
        own.pick(List.of(1_000L, 3_000L, 10_000L)), own, watch);
  }

  private void useLater(int number, SimRandom draws) {
    cluster.timeline().after(draws.exponential(cluster.options().thinkNanos()), () -> {
      SimSdk client = clients.get(number);
      if (!stopped) {
        if (!client.hasEnded() && !client.isPaused() && client.unanswered() < UNDER_WAY_MAX) {
          draws.pick(usages).use(client);
        }
        useLater(number, draws);
      }
    });
  }

  /** Ends this client's process; another one begins on its machine a little later. */
  void kill(SimSdk client) {
    if (client.hasEnded()) {
      return;
    }
    client.kill();
    usages.forEach(usage -> usage.ended(client));
    int life = ++lives;
    cluster.timeline().after(RESTART_NANOS, () -> clients.set(client.number(), newClient(client.number(), life)));
  }

  List<SimSdk> clients() {
    return clients;
  }

  @Override
  public void stop() {
    stopped = true;
    nemesis.stop();
  }

  /** Every client must get a write through, and read it. */
  @Override
  public void probe(List<SimNode<Result>> healed, long patienceNanos) {
    core = healed;
    probesOpen = 0;
    for (int number = 0; number < clients.size(); number++) {
      probesOpen++;
      probe(number, patienceNanos);
    }
  }

  private void probe(int number, long patienceNanos) {
    SimSdk client = clients.get(number);
    if (client.hasEnded()) { // its successor begins soon
      cluster.timeline().after(RESTART_NANOS, () -> probe(number, patienceNanos));
      return;
    }
    String key = "probe/" + number;
    client.call(Ops.put(key, number, false), true, patienceNanos, new Probe(number));
    client.call(Ops.get(key), false, patienceNanos, new SimSdk.Answer() {
      @Override
      public void ok(StreamReply reply) {
        probesOpen--;
        cluster.trace().add(client.name(), "probed", "");
      }

      @Override
      public void failed(BalsaException why) {
        cluster.trace().add(client.name(), "probe's get failed", why.reason());
        probe(number, patienceNanos);
      }
    });
  }

  /** The outcome of a probe's put matters little: its get tells whether the client is served. */
  private final class Probe implements SimSdk.Answer {
    private final int number;

    Probe(int number) {
      this.number = number;
    }

    @Override
    public void ok(StreamReply reply) {
      tally.add("PROBE");
    }

    @Override
    public void failed(BalsaException why) {
      cluster.trace().add("client " + number, "probe's put failed", why.reason());
    }
  }

  @Override
  public boolean isProbed() {
    return probesOpen == 0;
  }

  @Override
  public boolean isIdle() {
    return clients.stream().allMatch(client -> client.underWay() == 0)
        && usages.stream().allMatch(usage -> usage.isSettled(core));
  }

  @Override
  public void check() {
    usages.forEach(usage -> usage.check(core));
  }

  @Override
  public int operations() {
    return usages.stream().mapToInt(Usage::operations).sum();
  }

  @Override
  public int unknown() {
    return usages.stream().mapToInt(Usage::unknown).sum();
  }

  @Override
  public int sessions() {
    return watch.served();
  }

  @Override
  public int gaveUp() {
    return usages.stream().mapToInt(Usage::gaveUp).sum();
  }

  @Override
  public Map<String, Long> counts() {
    return tally.all();
  }
}
