package io.balsa.client.cluster;

import io.balsa.client.error.BalsaException;
import io.balsa.client.error.Errors;
import io.balsa.client.rpc.ClientRuntime;
import io.balsa.proto.v1.ClusterGrpc;
import io.balsa.proto.v1.HashRequest;
import io.balsa.proto.v1.HashResponse;
import io.balsa.proto.v1.Member;
import io.balsa.proto.v1.MembersRequest;
import io.balsa.proto.v1.MembersResponse;
import io.balsa.proto.v1.StatusRequest;
import io.balsa.proto.v1.StatusResponse;
import io.balsa.proto.v1.TransferLeadershipRequest;
import io.balsa.proto.v1.TransferLeadershipResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The cluster itself. Needs no session. Blocking methods throw {@link BalsaException}; their {@code ...Async} twins end with
 * the same. Immutable and safe for use by any thread.
 */
public final class Cluster {
  private final ClientRuntime runtime;
  private final Duration timeout;

  /** For the SDK itself: use {@code BalsaClient.cluster()}. */
  public Cluster(ClientRuntime runtime, Duration timeout) {
    this.runtime = runtime;
    this.timeout = timeout;
  }

  /** The same with another time for each call. */
  public Cluster withTimeout(Duration other) {
    return new Cluster(runtime, other);
  }

  /** The members as the first node that answers knows them; the leader is asked first. */
  public List<MemberInfo> members() {
    return runtime.await(membersAsync(), false);
  }

  /** As {@link #members()}, without waiting. */
  public CompletableFuture<List<MemberInfo>> membersAsync() {
    return runtime.leaderCalls().readAnywhere(ClusterGrpc.getMembersMethod(), MembersRequest.getDefaultInstance(),
        MembersResponse::getHeader, Cluster::members, timeout);
  }

  private static List<MemberInfo> members(MembersResponse response) {
    return response.getMembersList().stream().map(Cluster::member).toList();
  }

  private static MemberInfo member(Member member) {
    return new MemberInfo(member.getId(), member.getIncarnation(), member.getVoter(), member.getPeerAddress(),
        member.getClientAddress());
  }

  /** An address of a member as this client dials it: through its {@code AddressResolver}. */
  public String resolve(String advertised) {
    return runtime.resolve(advertised);
  }

  /**
   * How the node at this address is. The address is dialled as it is: pass members' addresses through {@link #resolve}.
   *
   * @throws BalsaException
   *           when it does not answer within the timeout
   */
  public NodeStatus status(String endpoint) {
    return runtime.await(statusAsync(endpoint), false);
  }

  /** As {@link #status(String)}, without waiting. */
  public CompletableFuture<NodeStatus> statusAsync(String endpoint) {
    return runtime.leaderCalls().ask(endpoint, ClusterGrpc.getStatusMethod(), StatusRequest.getDefaultInstance(),
        Cluster::status, timeout);
  }

  private static NodeStatus status(StatusResponse status) {
    return new NodeStatus(status.getHeader().getMemberId(), status.getHeader().getClusterId(), status.getRole().name(),
        status.getHeader().getTerm(), status.getLeaderId(), status.getHeader().getRevision(), status.getCommitIndex(),
        status.getAppliedIndex(), status.getFirstIndex(), status.getLastIndex(), status.getLogBytes(),
        status.getStateBytes(), status.getPid(), status.getVersion(), status.getReady(), status.getAlarmsList(),
        status.getWaitingForList(), status.getClusterTimeMillis(), status.getUptimeMillis());
  }

  /** How the node at every known address is, asked all at once; those that do not answer are told too. Never throws for one. */
  public List<EndpointStatus> statuses() {
    return runtime.await(statusesAsync(), false);
  }

  /** As {@link #statuses()}, without waiting. */
  public CompletableFuture<List<EndpointStatus>> statusesAsync() {
    return runtime.endpoints().thenCompose(known -> {
      List<CompletableFuture<EndpointStatus>> asked = known.stream().map(this::endpointStatus).toList();
      return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
          .thenApply(all -> asked.stream().map(CompletableFuture::join).toList());
    });
  }

  private CompletableFuture<EndpointStatus> endpointStatus(String endpoint) {
    return statusAsync(endpoint).handle((status, error) -> error == null
        ? new EndpointStatus(endpoint, Optional.of(status), Optional.empty())
        : new EndpointStatus(endpoint, Optional.empty(), Optional.of(balsa(error))));
  }

  private static BalsaException balsa(Throwable error) {
    Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    return cause instanceof BalsaException balsa ? balsa : Errors.unexpected(cause);
  }

  /**
   * Hands leadership over.
   *
   * @param targetId
   *          the member to lead; empty: the most advanced other voter
   * @return who leads then
   */
  public String transferLeadership(String targetId) {
    return runtime.await(transferLeadershipAsync(targetId), true);
  }

  /** As {@link #transferLeadership(String)}, without waiting. */
  public CompletableFuture<String> transferLeadershipAsync(String targetId) {
    return runtime.leaderCalls().mutate(ClusterGrpc.getTransferLeadershipMethod(),
        TransferLeadershipRequest.newBuilder().setTargetId(targetId).build(),
        TransferLeadershipResponse::getLeaderId, timeout);
  }

  /**
   * The hash of the state of the node at this address right after an entry was applied.
   *
   * @param index
   *          that entry; 0: the one applied now. One already passed: the answer says which index it is of.
   */
  public StateHash hash(String endpoint, long index) {
    return runtime.await(hashAsync(endpoint, index), false);
  }

  /** As {@link #hash(String, long)}, without waiting. */
  public CompletableFuture<StateHash> hashAsync(String endpoint, long index) {
    return runtime.leaderCalls().ask(endpoint, ClusterGrpc.getHashMethod(),
        HashRequest.newBuilder().setIndex(index).build(), Cluster::hash, timeout);
  }

  private static StateHash hash(HashResponse hash) {
    return new StateHash(hash.getAppliedIndex(), hash.getRevision(), hash.getCompactedRevision(), hash.getHash());
  }
}
