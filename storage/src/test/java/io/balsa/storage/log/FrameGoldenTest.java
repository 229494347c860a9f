package io.balsa.storage.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.storage.log.sim.SimDisk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Bytes of format version 1, for ever. If this test fails, the change breaks every log there is: make a new format
 * version that is read beside the old one. The file holds two frames, each without the zeros that fill its page, in
 * hexadecimal, a line each.
 */
class FrameGoldenTest {
  private static final String FILE = "frames-v1.hex";
  private static final Configuration CONFIGURATION = new Configuration(
      List.of(new Member(new NodeId("n1"), 0x1122334455667788L, true, "10.0.0.1:7101", "10.0.0.1:7101")));

  @Test
  void version1FramesAreWrittenAsEver() throws IOException {
    List<String> golden = golden();
    FrameEncoder encoder = new FrameEncoder(0);
    SegmentHeader header = new SegmentHeader(Logs.SALT, LogId.ZERO, 0, CONFIGURATION.encode());
    assertThat(hex(encoder.encode(1, salt(), 0, 1, header, List.of(first())))).isEqualTo(golden.get(0));
    assertThat(hex(encoder.encode(1, salt(), FrameFormat.PAGE_BYTES, 2, null, List.of(second(), third()))))
        .isEqualTo(golden.get(1));
  }

  @Test
  void version1FramesAreReadForEver() throws IOException {
    SimDisk disk = new SimDisk();
    try (DiskFile file = disk.create(Segment.fileName(1))) {
      SpareSegments.fillWithZeros(file, 0, 4L * FrameFormat.PAGE_BYTES);
      for (int i = 0; i < 2; i++) {
        byte[] frame = HexFormat.of().parseHex(golden().get(i));
        file.write((long) i * FrameFormat.PAGE_BYTES, ByteBuffer.wrap(frame));
      }
    }
    SegmentedLog log = SegmentedLog.open(disk, Logs.options());
    assertThat(log.recovered().hardState()).isEqualTo(new HardState(3, new NodeId("n2")));
    assertThat(log.recovered().configuration()).isEqualTo(CONFIGURATION);
    assertThat(log.recovered().lastStampNanos()).isEqualTo(3_000_000_001L);
    assertThat(Logs.readAll(log)).containsExactly(noop(), clock(3));
  }

  private static Batch first() {
    return ForgedLog.batch(new HardState(1, new NodeId("n1")), 0, List.of(noop(), command()));
  }

  private static Batch second() {
    return ForgedLog.batch(new HardState(2, null), 2, List.of(configuration()));
  }

  private static Batch third() {
    return ForgedLog.batch(new HardState(3, new NodeId("n2")), 2, List.of(clock(3)));
  }

  private static Entry noop() {
    return new Entry(EntryType.NOOP, 1, 1, 1_000_000_000L, Bytes.EMPTY);
  }

  private static Entry command() {
    return new Entry(EntryType.COMMAND, 1, 2, 2_000_000_000L, Bytes.wrap("put a b".getBytes(StandardCharsets.UTF_8)));
  }

  private static Entry configuration() {
    return new Entry(EntryType.CONFIGURATION, 2, 2, 3_000_000_000L, CONFIGURATION.encode());
  }

  private static Entry clock(long term) {
    return new Entry(EntryType.CLOCK, term, 2, 3_000_000_001L, Bytes.EMPTY);
  }

  private static long salt() {
    return FrameFormat.segmentSalt(Logs.SALT, 1);
  }

  private static String hex(ByteBuffer frame) {
    byte[] bytes = new byte[frame.getInt(FrameFormat.LENGTH_AT)];
    frame.get(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static List<String> golden() throws IOException {
    try (InputStream in = Objects.requireNonNull(FrameGoldenTest.class.getResourceAsStream(FILE), FILE)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    }
  }
}
