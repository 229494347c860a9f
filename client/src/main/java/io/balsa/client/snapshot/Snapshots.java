package io.balsa.client.snapshot;

import io.balsa.client.cluster.Cluster;
import io.balsa.client.cluster.EndpointStatus;
import io.balsa.client.error.BalsaException;
import io.balsa.client.error.ErrorCode;
import io.balsa.client.error.Errors;
import io.balsa.client.kv.Kv;
import io.balsa.client.rpc.ClientRuntime;
import io.balsa.proto.v1.ResponseHeader;
import io.balsa.proto.v1.SaveSnapshotRequest;
import io.balsa.proto.v1.SaveSnapshotResponse;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Copies of the whole store, taken while reads and writes go on. What was acknowledged before a save began is in it. The bytes
 * are those of a backup file, which {@code balsa snapshot status} and {@code restore} read; its checksum is verified while it is
 * saved.
 *
 * <p>Immutable and safe for use by any thread. Saving blocks; without {@link #from} a node that does not lead is asked first,
 * and another one if that fails before anything was written.
 */
public final class Snapshots {
  private static final Duration SILENCE = Duration.ofSeconds(60);

  private final ClientRuntime runtime;
  private final Kv kv;
  private final Cluster cluster;
  private final @Nullable String endpoint;

  /** For the SDK itself: use {@code BalsaClient.snapshots()}. */
  public Snapshots(ClientRuntime runtime, Kv kv, Cluster cluster) {
    this(runtime, kv, cluster, null);
  }

  private Snapshots(ClientRuntime runtime, Kv kv, Cluster cluster, @Nullable String endpoint) {
    this.runtime = runtime;
    this.kv = kv;
    this.cluster = cluster;
    this.endpoint = endpoint;
  }

  /** The same, of the node at this address, dialled as it is. */
  public Snapshots from(String theEndpoint) {
    ClientRuntime.checkAddress(theEndpoint);
    return new Snapshots(runtime, kv, cluster, theEndpoint);
  }

  /**
   * Saves to a file: written beside it under another name, made durable, checked, and put in its place in one step, so that
   * the file is whole or not there. One that was there is replaced.
   *
   * @throws IOException
   *           the file cannot be written
   * @throws BalsaException
   *           no node gave a whole snapshot
   */
  public SavedSnapshot save(Path file, SaveProgress progress) throws IOException {
    Path whole = file.toAbsolutePath();
    Path partial = whole.resolveSibling(whole.getFileName() + ".partial-" + Long.toHexString(System.nanoTime()));
    try {
      SavedSnapshot saved = attempts(first -> {
        try (FileOutputStream out = new FileOutputStream(partial.toFile());
            OutputStream buffered = new BufferedOutputStream(out, 1 << 16)) {
          SavedSnapshot one = first.into(buffered, progress);
          buffered.flush();
          out.getFD().sync();
          return one;
        }
      }, () -> true);
      Files.move(partial, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      syncDirectory(whole);
      return saved;
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  /** As {@link #save(Path, SaveProgress)}, silently. */
  public SavedSnapshot save(Path file) throws IOException {
    return save(file, (bytes, total) -> {});
  }

  /**
   * Saves to a stream, which is flushed and not closed. Where this throws, what was written is no snapshot.
   *
   * @throws IOException
   *           of the stream
   */
  public SavedSnapshot save(OutputStream out, SaveProgress progress) throws IOException {
    long[] written = {0};
    SavedSnapshot saved = attempts(node -> node.into(out, (bytes, total) -> {
      written[0] = bytes;
      progress.written(bytes, total);
    }), () -> written[0] == 0);
    out.flush();
    return saved;
  }

  /** As {@link #save(Path, SaveProgress)}, on a daemon thread of its own; its future ends with the same exceptions. */
  public CompletableFuture<SavedSnapshot> saveAsync(Path file, SaveProgress progress) {
    CompletableFuture<SavedSnapshot> future = new CompletableFuture<>();
    Thread saver = new Thread(() -> {
      try {
        future.complete(save(file, progress));
      } catch (IOException | RuntimeException e) {
        future.completeExceptionally(e);
      }
    }, "balsa-snapshot-save");
    saver.setDaemon(true);
    saver.start();
    return future;
  }

  private static void syncDirectory(Path file) throws IOException {
    try (FileChannel directory = FileChannel.open(file.resolveSibling(""), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  private interface Attempt {
    SavedSnapshot on(Node node) throws IOException;
  }

  private interface Again {
    boolean possible();
  }

  private SavedSnapshot attempts(Attempt attempt, Again again) throws IOException {
    // Linearizable: what was acknowledged is at or below this revision, and at or below the commit index of whoever led then.
    List<Node> nodes = nodes(kv.revision());
    BalsaException failure = Errors.ofAnswer(Errors.unreachable("no node answers"), false);
    for (Node node : nodes) {
      try {
        return attempt.on(node);
      } catch (BalsaException e) {
        failure = e;
        if (!again.possible()) {
          throw e;
        }
      }
    }
    throw failure;
  }

  private List<Node> nodes(long revision) {
    List<EndpointStatus> statuses = new ArrayList<>(cluster.statuses());
    statuses.removeIf(status -> status.status().isEmpty());
    long commitIndex = statuses.stream().mapToLong(status -> status.status().orElseThrow().commitIndex()).max()
        .orElse(0);
    if (endpoint != null) {
      return List.of(new Node(endpoint, commitIndex, revision));
    }
    // A node that does not lead has the disk to spare.
    statuses.sort(Comparator.comparing(status -> status.status().orElseThrow().role().equals("LEADER")));
    return statuses.stream().map(status -> new Node(status.endpoint(), commitIndex, revision)).toList();
  }

  private final class Node {
    private final String address;
    private final long minIndex;
    private final long minRevision;

    Node(String address, long minIndex, long minRevision) {
      this.address = address;
      this.minIndex = minIndex;
      this.minRevision = minRevision;
    }

    SavedSnapshot into(OutputStream out, SaveProgress progress) throws IOException {
      TrailerCheck check = new TrailerCheck();
      SaveSnapshotResponse[] first = {SaveSnapshotResponse.getDefaultInstance()};
      runtime.download(address, SaveSnapshotRequest.newBuilder().setMinIndex(minIndex).build(), SILENCE, chunk -> {
        if (chunk.hasHeader()) {
          first[0] = chunk.toBuilder().clearData().build();
        }
        chunk.getData().writeTo(out);
        check.take(chunk.getData());
        progress.written(check.bytes(), first[0].getTotalBytes());
      });
      ResponseHeader header = first[0].getHeader();
      String sha256 = check.verified();
      if (sha256.isEmpty() || (first[0].getTotalBytes() != 0 && first[0].getTotalBytes() != check.bytes())) {
        throw broken("its checksum or length does not agree with its " + check.bytes() + " bytes: save it again");
      }
      if (header.getRevision() < minRevision) {
        throw broken("it ends at revision " + header.getRevision() + ", and revision " + minRevision
            + " had been acknowledged: save it from another node");
      }
      return new SavedSnapshot(header.getMemberId(), header.getClusterId(), header.getRevision(), check.bytes(),
          sha256);
    }

    private BalsaException broken(String what) {
      return Errors.ofAnswer(
          Errors.error(ErrorCode.UNAVAILABLE, "SNAPSHOT_INVALID",
              "the snapshot from " + address + " is not good: " + what),
          false);
    }
  }
}
