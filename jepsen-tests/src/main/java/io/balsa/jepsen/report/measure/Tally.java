package io.balsa.jepsen.report.measure;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.util.Collection;

/**
 * How many operations ended how.
 *
 * @param ok took effect, as their clients were told
 * @param failed did not
 * @param unknown may have
 */
public record Tally(long ok, long failed, long unknown) {
  /** Counts these. */
  public static Tally of(Collection<Operation> operations) {
    return new Tally(count(operations, Completion.OK), count(operations, Completion.FAILED),
        count(operations, Completion.UNKNOWN));
  }

  private static long count(Collection<Operation> operations, Completion completion) {
    return operations.stream().filter(operation -> operation.completion() == completion).count();
  }

  /** Of all three. */
  public long total() {
    return ok + failed + unknown;
  }

  /** The share of all whose outcome is unknown; 0 of none. */
  public double unknownShare() {
    return total() == 0 ? 0 : (double) unknown / total();
  }
}
