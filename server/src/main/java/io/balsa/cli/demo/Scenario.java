package io.balsa.cli.demo;

import io.balsa.client.BalsaClient;
import java.util.List;

/** What clients do while the cluster suffers, and how it is seen afterwards that nothing of it went wrong. */
interface Scenario {
  /** What the clients do, in one line. */
  String title();

  /** Makes what the clients need; before they start. */
  void prepare(BalsaClient client);

  void start();

  /** No new operation is begun from now on. */
  void stop();

  /** Ends when every client has its last answer. */
  void join() throws InterruptedException;

  /** How far it is, for people who watch. */
  String progress();

  /** Compares what is stored with what was told; when all have ended. */
  Verdict look(BalsaClient client);

  /**
   * What came out.
   *
   * @param lines for people, a table
   * @param wrong what is not as it has to be; empty: all is exact
   */
  record Verdict(List<String> lines, List<String> wrong) {
    public Verdict {
      lines = List.copyOf(lines);
      wrong = List.copyOf(wrong);
    }
  }
}
