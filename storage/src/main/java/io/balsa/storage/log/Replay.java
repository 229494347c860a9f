package io.balsa.storage.log;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogIndex;
import java.nio.ByteBuffer;

/**
 * The log as it results from its frames, in their order, with the checks of L4: batch numbers are continuous, the hard
 * state's term never falls and has one vote, indexes are continuous, terms never fall, and each segment begins with
 * what the one before it ended with.
 *
 * <p>A segment is not always fit to be the first one that is left: see {@link #beginsTooEarly}.
 */
final class Replay implements Frame.RecordVisitor {
  private final String directory;
  private final int groupId;
  private final long logSalt;
  private final LogIndex index;
  private final SegmentIndex segments;
  private final ConfigurationHistory configurations;
  private HardState hardState = HardState.INITIAL;
  private long lastBatch;
  private final boolean beginsTheLog;
  private boolean beginsTooEarly;
  private String where;

  /** Begins with the first frame of the first segment there is. */
  Replay(String directory, int groupId, Frame first) throws CorruptLogException {
    this.directory = directory;
    this.groupId = groupId;
    this.where = where(first);
    SegmentHeader header = first.segmentHeader();
    if (header == null) {
      throw corrupt("the first frame of a segment has no segment header");
    }
    this.logSalt = header.logSalt();
    this.index = new LogIndex(header.before());
    this.segments = new SegmentIndex(header.before(), header.stampNanos());
    this.configurations = new ConfigurationHistory(header.before().index(), header.configuration());
    this.lastBatch = first.batchNumber() - 1;
    this.beginsTheLog = first.segment() == 1 || first.resetsLog();
    if (first.segment() == 1 && first.batchNumber() != 1) {
      throw corrupt("the first segment begins with batch " + first.batchNumber());
    }
  }

  /**
   * The next frame.
   *
   * @param file the file of its segment, for the readers of the log; closed by {@link #segments}
   */
  void accept(Frame frame, DiskFile file) throws CorruptLogException {
    where = where(frame);
    try {
      if (frame.batchNumber() != lastBatch + 1) {
        throw corrupt("batch " + (lastBatch + 1) + " must stand here, but batch " + frame.batchNumber() + " does");
      }
      if (frame.groupId() != groupId) {
        throw corrupt("it belongs to group " + frame.groupId() + ", not to group " + groupId);
      }
      acceptHeader(frame, file);
      acceptHardState(frame.hardState());
      frame.visit(this);
      lastBatch = frame.batchNumber();
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new CorruptLogException(where, "its checksum is right, its contents are not: " + e.getMessage(), e);
    }
  }

  private void acceptHeader(Frame frame, DiskFile file) throws CorruptLogException {
    SegmentHeader header = frame.segmentHeader();
    if ((frame.offset() == 0) != (header != null)) {
      throw corrupt("a segment header stands at the begin of a segment and nowhere else");
    }
    if (header == null) {
      return;
    }
    boolean sameLog = header.logSalt() == logSalt && frame.salt() == FrameFormat.segmentSalt(logSalt, frame.segment());
    if (!sameLog) {
      throw corrupt("it belongs to another log: its salt is not that of segment " + frame.segment() + " here");
    }
    if (!header.before().equals(index.last())
        || !header.configuration().equals(configurations.encoded())) {
      throw corrupt("the segment begins after entry " + header.before() + " with a " + header.configuration().size()
          + "-byte configuration, but the log before it ends with entry " + index.last() + " and "
          + (header.configuration().equals(configurations.encoded()) ? "the same" : "another") + " configuration");
    }
    segments.add(new Segment(frame.segment(), header, file));
  }

  private void acceptHardState(HardState next) throws CorruptLogException {
    boolean sameTerm = next.term() == hardState.term();
    if (next.term() < hardState.term()
        || (sameTerm && hardState.votedFor() != null && !hardState.votedFor().equals(next.votedFor()))) {
      throw corrupt("the hard state falls back from " + hardState + " to " + next);
    }
    hardState = next;
  }

  @Override
  public void truncate(long fromIndex) throws CorruptLogException {
    beginsTooEarly |= !beginsTheLog && fromIndex > 0 && fromIndex <= index.base().index();
    if (beginsTooEarly) {
      return;
    }
    if (!index.contains(fromIndex)) {
      throw corrupt("a truncation from " + fromIndex + " of a log that holds " + index.firstIndex() + " to "
          + index.lastIndex());
    }
    index.truncateFrom(fromIndex);
    segments.truncateFrom(fromIndex);
    configurations.truncate(fromIndex);
  }

  @Override
  public void entry(EntryRecord record, long position, ByteBuffer bytes, int at) throws CorruptLogException {
    if (beginsTooEarly) {
      return;
    }
    if (record.index() != index.lastIndex() + 1 || record.term() < index.lastTerm()) {
      throw corrupt("entry " + record.term() + "/" + record.index() + " follows entry " + index.last());
    }
    if (record.term() > hardState.term()) {
      throw corrupt("entry " + record.term() + "/" + record.index() + " in a batch whose hard state has term "
          + hardState.term());
    }
    if (record.groupId() != groupId) {
      throw corrupt("entry " + record.term() + "/" + record.index() + " belongs to group " + record.groupId());
    }
    index.append(record.term(), record.index(), record.payloadBytes() + Entry.OVERHEAD_BYTES);
    segments.last().add(position);
    if (record.type() == EntryType.CONFIGURATION) {
      configurations.entry(record.entry(bytes, at));
    }
  }

  private String where(Frame frame) {
    return directory + "/" + Segment.fileName(frame.segment()) + " offset " + frame.offset() + " (batch "
        + frame.batchNumber() + ")";
  }

  private CorruptLogException corrupt(String what) {
    return new CorruptLogException(where, what);
  }

  long logSalt() {
    return logSalt;
  }

  LogIndex index() {
    return index;
  }

  SegmentIndex segments() {
    return segments;
  }

  ConfigurationHistory configurations() {
    return configurations;
  }

  /**
   * The last frame takes back what stands before the first segment. Segments are removed one by one, so a crash may
   * leave some that are no part of the log any more (L5): all up to this one are such, because a compacted log begins
   * with a segment whose header still holds. The replay ends here; one that begins behind this segment takes its place.
   */
  boolean beginsTooEarly() {
    return beginsTooEarly;
  }

  HardState hardState() {
    return hardState;
  }

  long lastBatch() {
    return lastBatch;
  }
}
