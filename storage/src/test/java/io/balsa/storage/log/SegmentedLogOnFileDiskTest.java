package io.balsa.storage.log;

import io.balsa.raft.log.LogId;
import io.balsa.raft.port.LogStore;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SegmentedLogOnFileDiskTest extends LogStoreContract {
  @TempDir
  Path directory;

  @Override
  LogStore open(LogId applied) throws IOException {
    return SegmentedLog.open(new FileDisk(directory.resolve("group-0").resolve("log")), options(applied));
  }
}
