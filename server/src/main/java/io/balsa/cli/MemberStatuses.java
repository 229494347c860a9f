package io.balsa.cli;

import io.balsa.cli.ClusterView.Answer;
import io.balsa.client.cluster.MemberInfo;
import io.balsa.client.cluster.NodeStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Every member of the cluster and how it is, whichever of them the endpoints name. Members are sorted by id. */
final class MemberStatuses {
  private final List<Row> rows;
  private final int voters;

  private MemberStatuses(List<Row> rows, int voters) {
    this.rows = rows;
    this.voters = voters;
  }

  /**
   * One member, or an endpoint that nobody knows about.
   *
   * @param id empty: not known, since the endpoint did not answer and nobody named it
   * @param member null: it is none, or the members are not known
   * @param stranger the members are known, and it is none of them
   * @param status null: it did not answer
   * @param failure why it did not
   */
  record Row(String id, String address, @Nullable MemberInfo member, boolean stranger, @Nullable NodeStatus status,
      @Nullable Throwable failure) {
    boolean voter() {
      return member == null ? !stranger : member.voter();
    }

    boolean healthy() {
      return status != null && status.ready() && status.alarms().isEmpty() && !stranger && !isReserved();
    }

    private boolean isReserved() {
      return member != null && member.isReserved();
    }

    /** In a few words. */
    String health() {
      if (isReserved()) {
        return "reserved: no node has come with this id yet";
      }
      if (stranger && status != null) {
        return status.alarms().isEmpty() ? "no member" : String.join("; ", status.alarms());
      }
      if (status == null) {
        return "unreachable: " + Failures.why(failure);
      }
      if (!status.alarms().isEmpty()) {
        return String.join("; ", status.alarms());
      }
      if (!status.waitingFor().isEmpty()) {
        return "not formed: waiting for " + String.join(", ", status.waitingFor());
      }
      return status.ready() ? "healthy" : status.leaderId().isEmpty() ? "no leader" : "catching up";
    }
  }

  /** Asks the endpoints, and then the members that they name and that are not among them. */
  static MemberStatuses of(ClusterView view, List<String> endpoints) {
    List<Answer<NodeStatus>> asked = new ArrayList<>(view.status(endpoints));
    List<MemberInfo> members = ClusterView.values(asked).isEmpty() ? List.of() : view.members();
    List<String> others = members.stream()
        .filter(member -> asked.stream().noneMatch(answer -> isOf(view, answer, member))).map(view::address).toList();
    asked.addAll(view.status(others));

    List<Row> rows = new ArrayList<>();
    for (MemberInfo member : members) {
      Answer<NodeStatus> answer = asked.stream().filter(a -> isOf(view, a, member))
          .max(Comparator.comparing(a -> a.value() != null)).orElseThrow();
      rows.add(new Row(member.id(), view.address(member), member, false, answer.value(), answer.failure()));
    }
    rows.sort(Comparator.comparing(Row::id));
    for (Answer<NodeStatus> answer : asked) {
      NodeStatus status = answer.value();
      // An endpoint that does not answer is another name of a member, perhaps; without members it is all there is to show.
      if ((status != null || members.isEmpty()) && members.stream().noneMatch(member -> isOf(view, answer, member))) {
        rows.add(new Row(status == null ? "" : status.id(), answer.address(), null, !members.isEmpty(), status,
            answer.failure()));
      }
    }
    int voters = members.isEmpty() ? asked.size() : (int) members.stream().filter(MemberInfo::voter).count();
    return new MemberStatuses(List.copyOf(rows), voters);
  }

  private static boolean isOf(ClusterView view, Answer<NodeStatus> answer, MemberInfo member) {
    NodeStatus status = answer.value();
    return status == null ? answer.address().equals(view.address(member)) : status.id().equals(member.id());
  }

  List<Row> rows() {
    return rows;
  }

  /** Where this member is; empty when it is not known. */
  String addressOf(String id) {
    return rows.stream().filter(row -> row.id().equals(id)).map(Row::address).findFirst().orElse("");
  }

  List<String> reachableAddresses() {
    return rows.stream().filter(row -> row.status() != null).map(Row::address).toList();
  }

  /** Whether a majority of the voters answers and one of them is the leader of the newest term. */
  boolean hasQuorum() {
    return answeringVoters() > voters / 2 && leader().isPresent();
  }

  private long answeringVoters() {
    return rows.stream().filter(row -> row.voter() && row.status() != null).count();
  }

  Optional<NodeStatus> leader() {
    return ClusterView.leader(rows.stream().flatMap(row -> Optional.ofNullable(row.status()).stream()).toList());
  }

  String whyNoQuorum() {
    return answeringVoters() > voters / 2
        ? "no leader is known yet; ask again in a second"
        : answeringVoters() + " of " + voters + " members answer, and " + (voters / 2 + 1)
            + " are needed; start the others, or name other nodes with --endpoints";
  }
}
