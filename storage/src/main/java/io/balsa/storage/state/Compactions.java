package io.balsa.storage.state;

import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.CompactRequest;
import io.balsa.proto.v1.CompactResponse;

/**
 * Compact: raises the floor below which no revision can be read. That is all that is replicated; what nobody can see from then on is
 * deleted by each node for itself, later ({@link HistoryRemoval}).
 */
final class Compactions {
  private Compactions() {
  }

  static Outcome evaluate(CompactRequest request, ApplyBatch batch) {
    long revision = request.getRevision();
    if (revision < 1) {
      return Arguments.badRequest("the store is compacted to a revision of 1 or more, and " + revision + " is none");
    }
    if (revision > batch.revision()) {
      return Outcome.refused(StatusCode.OUT_OF_RANGE, "FUTURE_REVISION",
          "revision " + revision + " does not exist yet: the newest is " + batch.revision()
              + ", so nothing was changed",
          "current_revision", Long.toString(batch.revision()));
    }
    if (revision < batch.compactedRevision()) {
      return Outcome.refused(StatusCode.OUT_OF_RANGE, "COMPACTED",
          "the store is compacted to revision " + batch.compactedRevision() + ", which is above " + revision
              + ": there is nothing left to do",
          "compacted_revision", Long.toString(batch.compactedRevision()));
    }
    batch.compactTo(revision);
    return Outcome.of(Result.newBuilder().setCompact(CompactResponse.getDefaultInstance()));
  }
}
