package io.balsa.server.sim;

import io.balsa.raft.sim.Campaign;
import java.time.Duration;

/**
 * Runs many seeds for a given time: {@code java ... io.balsa.server.sim.StackSimulationMain <first seed> <seconds> [threads]}. Prints
 * how far it is, every finding with the command that replays it, then rates and counts.
 */
public final class StackSimulationMain {
  private StackSimulationMain() {
  }

  public static void main(String[] args) throws InterruptedException {
    long first = args.length > 0 ? Long.parseLong(args[0]) : 1;
    Duration duration = Duration.ofSeconds(args.length > 1 ? Long.parseLong(args[1]) : 60);
    int threads = args.length > 2 ? Integer.parseInt(args[2]) : Runtime.getRuntime().availableProcessors();
    Campaign campaign = new Campaign(StackSimulationTest.SAFETY, StackParts::new, StackSimulationTest.REPLAY,
        System.out);
    campaign.runFor(first, duration, threads);
    System.out.println(campaign.summary());
    System.exit(campaign.findings().isEmpty() ? 0 : 1);
  }
}
