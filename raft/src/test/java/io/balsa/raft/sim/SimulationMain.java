package io.balsa.raft.sim;

import java.time.Duration;

/**
 * Runs many seeds for a given time: {@code java ... io.balsa.raft.sim.SimulationMain <first seed> <seconds> [threads]}. Prints
 * every finding, then rates and counts.
 */
public final class SimulationMain {
  private SimulationMain() {
  }

  public static void main(String[] args) throws InterruptedException {
    long first = args.length > 0 ? Long.parseLong(args[0]) : 1;
    Duration duration = Duration.ofSeconds(args.length > 1 ? Long.parseLong(args[1]) : 60);
    int threads = args.length > 2 ? Integer.parseInt(args[2]) : Runtime.getRuntime().availableProcessors();
    Campaign campaign = new Campaign(Campaign.SAFETY, Parts.Toy::new, Campaign.REPLAY, System.out);
    campaign.runFor(first, duration, threads);
    System.out.println(campaign.summary());
    System.exit(campaign.findings().isEmpty() ? 0 : 1);
  }
}
