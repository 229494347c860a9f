package io.balsa.jepsen.report.chart;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import io.balsa.jepsen.report.measure.Interval;
import io.balsa.jepsen.report.measure.Tally;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What is drawn for the operations of a time. Operations of one client that follow each other and are too short to be told
 * apart are one mark. If there are too many marks, more is thought too short; and if that is not enough, the shortest marks are
 * left out, first those in which all ended OK, then those in which none is of unknown outcome.
 *
 * @param marks in no order
 * @param operations that touch the time
 * @param left operations of which nothing is shown
 */
record Marks(List<Mark> marks, long operations, long left) {
  private static final int COARSEST = 16;
  private static final int LONG_MARK = 10;

  /**
   * A mark.
   *
   * @param lane place of the client
   * @param operations one, or several that follow each other
   */
  record Mark(int lane, Interval time, List<Operation> operations) {
    /** UNKNOWN if one of them is, else FAILED if one is, else OK. */
    Completion worst() {
      return operations.stream().map(Operation::completion).max(Comparator.naturalOrder()).orElseThrow();
    }

    /** How they ended. */
    Tally ended() {
      return Tally.of(operations);
    }
  }

  /**
   * @param grain what is shorter than this, in nanoseconds, is too short to be told apart
   * @param most so many marks
   */
  static Marks of(List<Lane> lanes, Interval time, long grain, int most) {
    long finest = Math.max(1, grain);
    List<Mark> marks = all(lanes, time, finest);
    for (long coarser = 2 * finest; marks.size() > most && coarser <= COARSEST * finest; coarser *= 2) {
      marks = all(lanes, time, coarser);
    }
    long operations = marks.stream().mapToLong(mark -> mark.operations().size()).sum();
    if (marks.size() <= most) {
      return new Marks(marks, operations, 0);
    }
    marks.sort(Comparator.comparing(Mark::worst).thenComparingLong(mark -> mark.time().length()).reversed());
    List<Mark> left = marks.subList(most, marks.size());
    return new Marks(List.copyOf(marks.subList(0, most)), operations,
        left.stream().mapToLong(mark -> mark.operations().size()).sum());
  }

  private static List<Mark> all(List<Lane> lanes, Interval time, long grain) {
    List<Mark> marks = new ArrayList<>();
    for (int lane = 0; lane < lanes.size(); lane++) {
      Block block = new Block(lane, grain, marks);
      for (Operation operation : lanes.get(lane).operations()) {
        if (time.touches(new Interval(operation.invoked(), operation.completed()))) {
          block.add(operation);
        }
      }
      block.end();
    }
    return marks;
  }

  /** The operations of a client that are one mark, as far as it goes. */
  private static final class Block {
    private final int lane;
    private final long grain;
    private final List<Mark> marks;
    private List<Operation> operations = new ArrayList<>();

    Block(int lane, long grain, List<Mark> marks) {
      this.lane = lane;
      this.grain = grain;
      this.marks = marks;
    }

    void add(Operation operation) {
      if (!operations.isEmpty() && !joins(operation)) {
        end();
      }
      operations.add(operation);
    }

    private boolean joins(Operation operation) {
      Operation last = operations.getLast();
      return isShort(operation) && isShort(last)
          && operation.invoked() - last.completed() < grain
          && operation.completed() - operations.getFirst().invoked() <= LONG_MARK * grain;
    }

    private boolean isShort(Operation operation) {
      return operation.completed() - operation.invoked() < 2 * grain;
    }

    void end() {
      if (!operations.isEmpty()) {
        marks.add(new Mark(lane, new Interval(operations.getFirst().invoked(), operations.getLast().completed()),
            List.copyOf(operations)));
        operations = new ArrayList<>();
      }
    }
  }
}
