package io.balsa.bench.micro;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.balsa.proto.internal.v1.Command;
import io.balsa.proto.internal.v1.PeerMessage;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.LogId;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.Message;
import io.balsa.server.transport.MessageCodec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/**
 * What the format on the wire and in the log costs: a leader encodes each AppendEntries once for each follower, which decodes it, and
 * every node parses each command when it applies it.
 *
 * <p>An AppendEntries has 32 entries here, as many as often share a sync, and the score is that of all of them.
 */
public class CodecBenchmark extends InnerPart {
  private static final int ENTRIES = 32;
  private static final int PAYLOAD_BYTES = 256;
  private static final long TERM = 3;
  private static final long FIRST_INDEX = 1_000_000;
  private static final long STAMP_NANOS = 3_600_000_000_000L;

  private Message message;
  private byte[] encoded = {};
  private byte[] command = {};

  @Setup
  public void make() {
    SplittableRandom random = new SplittableRandom(1);
    List<Entry> entries = new ArrayList<>(ENTRIES);
    for (int i = 0; i < ENTRIES; i++) {
      byte[] payload = new byte[PAYLOAD_BYTES];
      random.nextBytes(payload);
      entries.add(new Entry(EntryType.COMMAND, TERM, FIRST_INDEX + i, STAMP_NANOS + i, Bytes.wrap(payload)));
    }
    message = new AppendEntries(TERM, new LogId(TERM, FIRST_INDEX - 1), List.copyOf(entries), FIRST_INDEX - 1);
    encoded = MessageCodec.encode(message).toByteArray();
    command = PutCommands.encoded(new PutCommands().next().setSessionId(1).setSequence(2_000).setLowestAwaited(1_000))
        .array();
  }

  /** At the leader. */
  @Benchmark
  public byte[] encodeAppendEntries() {
    return MessageCodec.encode(message).toByteArray();
  }

  /** At a follower. */
  @Benchmark
  public @Nullable Message decodeAppendEntries() throws InvalidProtocolBufferException {
    return MessageCodec.decode(PeerMessage.parseFrom(encoded));
  }

  /** As the applier does: key and value stay where they are. */
  @Benchmark
  public Command parseCommand() throws IOException {
    CodedInputStream in = UnsafeByteOperations.unsafeWrap(command).newCodedInput();
    in.enableAliasing(true);
    return Command.parseFrom(in);
  }
}
