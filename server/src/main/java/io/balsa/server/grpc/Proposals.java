package io.balsa.server.grpc;

import io.balsa.proto.internal.v1.Result;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.LogId;
import io.balsa.raft.node.ProposalCallback;
import java.util.function.BiFunction;

/** A unary mutation's way through consensus to its answer. */
final class Proposals {

  private Proposals() {
  }

  /** @param response from the group (for the header) and a result that is no error */
  static <T> void propose(Group group, Bytes command, UnaryAnswer<T> answer, BiFunction<Group, Result, T> response) {
    group.consensus().propose(command, new ProposalCallback<>() {
      @Override
      public void applied(LogId id, Result result) {
        if (result.hasError()) {
          answer.fail(result.getError());
        } else {
          answer.ok(() -> response.apply(group, result));
        }
      }

      @Override
      public void rejected(Rejection why) {
        answer.fail(group.rejected(why));
      }

      @Override
      public void unknown() {
        // E1: it was proposed; never UNAVAILABLE, which callers may take for leave to repeat it.
        answer.fail(Errors.outcomeUnknown(group.self()));
      }
    });
  }
}
