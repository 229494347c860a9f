package io.balsa.storage.log;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.port.LogStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Small logs for tests. */
final class Logs {
  static final long SALT = 0x5a17_5a17_5a17_5a17L;
  static final Configuration CONFIGURATION = configuration("n1", "n2", "n3");

  private Logs() {
  }

  /** These are voters with priorities and zones; another id is reserved. */
  static Configuration configuration(String... ids) {
    List<Member> members = new ArrayList<>();
    for (String id : ids) {
      members
          .add(new Member(new NodeId(id), id.hashCode(), true, id + ":7101", id + ":7101", members.size(), "z" + id));
    }
    members.add(new Member(new NodeId("later"), Member.RESERVED, false, "later:7101", "later:7101"));
    return new Configuration(members);
  }

  /** Segments of eight pages, no cache: what is written is read from disk. */
  static LogOptions options() {
    return LogOptions.of(() -> SALT).withSegmentBytes(8 * FrameFormat.PAGE_BYTES).withCacheBytes(0);
  }

  static LogOptions creating() {
    return options().creating(CONFIGURATION);
  }

  static Entry entry(long term, long index) {
    return entry(term, index, 100);
  }

  /** Its payload depends on term and index, so that two entries are equal only if they are the same. */
  static Entry entry(long term, long index, int payloadBytes) {
    byte[] payload = new byte[payloadBytes];
    for (int i = 0; i < payloadBytes; i++) {
      payload[i] = (byte) (term * 31 + index * 7 + i);
    }
    return new Entry(EntryType.COMMAND, term, index, index * 1_000 + term, Bytes.wrap(payload));
  }

  static Entry configurationEntry(long term, long index, Configuration configuration) {
    return new Entry(EntryType.CONFIGURATION, term, index, index * 1_000, configuration.encode());
  }

  static List<Entry> entries(long term, long from, long to) {
    List<Entry> entries = new ArrayList<>();
    for (long index = from; index <= to; index++) {
      entries.add(entry(term, index));
    }
    return entries;
  }

  static HardState vote(long term, String votedFor) {
    return new HardState(term, new NodeId(votedFor));
  }

  static HardState term(long term) {
    return new HardState(term, null);
  }

  static void maintainAll(LogStore log) throws IOException {
    boolean worked = true;
    while (worked) {
      worked = log.maintain();
    }
  }

  /** Everything that the log holds, as a reader gets it, in small pieces. */
  static List<Entry> readAll(LogStore log) throws IOException {
    return readAll(log, log.recovered().index().firstIndex());
  }

  static List<Entry> readAll(LogStore log, long from) throws IOException {
    List<Entry> all = new ArrayList<>();
    while (true) {
      List<Entry> more = log.read(from + all.size(), Long.MAX_VALUE, 5_000);
      if (more.isEmpty()) {
        return all;
      }
      all.addAll(more);
    }
  }
}
