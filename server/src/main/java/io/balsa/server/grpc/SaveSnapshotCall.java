package io.balsa.server.grpc;

import com.google.protobuf.UnsafeByteOperations;
import io.balsa.proto.v1.SaveSnapshotRequest;
import io.balsa.proto.v1.SaveSnapshotResponse;
import io.balsa.storage.snapshot.BackupStream;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One backup on its way to a client, while writes go on. A chunk is read, on a worker, when the connection takes it: a client that stops
 * reading costs the files that its snapshot holds, and one chunk. On its loop, but for what says that it is on a worker.
 */
final class SaveSnapshotCall {
  private static final int CHUNK_BYTES = 256 << 10;

  private final ServerCallStreamObserver<SaveSnapshotResponse> observer;
  private final Loop loop;
  private final Group group;
  private final NodeFacts facts;
  private final BoundedWaits.Wait place;
  private final long minIndex;
  /** Null before it is open, and after the end. */
  private @Nullable BackupStream backup;
  private boolean reading;
  private boolean begun;
  private boolean ended;

  /** @param place is given back at the end, however it comes */
  SaveSnapshotCall(SaveSnapshotRequest request, ServerCallStreamObserver<SaveSnapshotResponse> observer, Loop loop,
      Group group, NodeFacts facts, BoundedWaits.Wait place) {
    this.observer = observer;
    this.loop = loop;
    this.group = group;
    this.facts = facts;
    this.place = place;
    // A node whose state was lost holds nothing that is worth a backup before the leader's snapshot has come (I3).
    this.minIndex = Math.max(request.getMinIndex(), group.consensus().status().firstIndex() - 1);
  }

  /** In the service's method. */
  void begin() {
    observer.setOnCancelHandler(() -> loop.execute(this::end));
    observer.setOnReadyHandler(() -> loop.execute(this::readIfReady));
    place.whenEnded(group.consensus().whenApplied(minIndex, applied -> group.onWorker(this::open)));
  }

  /** On a worker. */
  private void open() throws IOException {
    BackupStream opened = facts.openBackup(minIndex);
    loop.execute(() -> {
      if (ended) {
        close(opened);
      } else {
        backup = opened;
        readIfReady();
      }
    });
  }

  private void readIfReady() {
    BackupStream source = backup;
    if (source != null && !reading && !ended && observer.isReady()) {
      reading = true;
      group.onWorker(() -> {
        byte[] data = source.next(CHUNK_BYTES);
        loop.execute(() -> send(source, data));
      });
    }
  }

  private void send(BackupStream source, byte[] data) {
    reading = false;
    if (ended) {
      close(source);
      return;
    }
    if (data.length == 0) {
      observer.onCompleted();
      end();
      return;
    }
    SaveSnapshotResponse.Builder response = SaveSnapshotResponse.newBuilder()
        .setData(UnsafeByteOperations.unsafeWrap(data));
    if (!begun) {
      begun = true;
      response.setHeader(group.header(source.header().revision())).setTotalBytes(source.totalBytes());
    }
    observer.onNext(response.build());
    readIfReady();
  }

  private void end() {
    if (!ended) {
      ended = true;
      place.end();
      BackupStream source = backup;
      backup = null;
      if (source != null && !reading) {
        close(source);
      }
    }
  }

  /** It deletes files. */
  private void close(BackupStream source) {
    group.onWorker(source::close);
  }
}
