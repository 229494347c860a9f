package io.balsa.bench.micro;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.balsa.bench.load.LoadPlan;
import io.balsa.proto.internal.v1.Command;
import io.balsa.proto.v1.PutRequest;
import io.balsa.raft.log.Bytes;
import java.util.SplittableRandom;

/** Puts as a leader writes them into the log: 256 bytes under a key drawn at random, always the same ones in the same order. */
final class PutCommands {
  static final int KEYS = 100_000;
  private static final int COMMAND_VERSION = 1;
  private static final int VALUE_BYTES = 256;

  private final SplittableRandom random = new SplittableRandom(1);

  static Command.Builder command() {
    return Command.newBuilder().setVersion(COMMAND_VERSION);
  }

  static Bytes encoded(Command.Builder command) {
    return Bytes.wrap(command.build().toByteArray());
  }

  /** Of any key. */
  Command.Builder next() {
    return of(random.nextInt(KEYS));
  }

  /** Of this key, from 0 up. */
  Command.Builder of(int key) {
    byte[] value = new byte[VALUE_BYTES];
    random.nextBytes(value);
    return command().setPut(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(LoadPlan.key(key)))
        .setValue(UnsafeByteOperations.unsafeWrap(value)));
  }
}
