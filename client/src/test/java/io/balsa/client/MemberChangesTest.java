package io.balsa.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.client.cluster.MemberInfo;
import io.balsa.client.cluster.MemberOption;
import io.balsa.client.error.BalsaException;
import io.balsa.client.error.ErrorCode;
import io.balsa.client.error.Errors;
import io.balsa.client.error.RefusedException;
import io.balsa.client.fake.FakeCluster;
import io.balsa.proto.v1.AddLearnerRequest;
import io.balsa.proto.v1.Member;
import io.balsa.proto.v1.PromoteRequest;
import io.balsa.proto.v1.RemoveRequest;
import io.balsa.proto.v1.UpdateMemberRequest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Changes of the membership through the SDK: at the leader, once, with what was asked for. */
@Timeout(60)
class MemberChangesTest {
  private final FakeCluster cluster = new FakeCluster(3);
  private final BalsaClient client = BalsaClient.builder().endpoints(cluster.node(3).address())
      .timeout(Duration.ofSeconds(20)).build();

  @AfterEach
  void stop() throws InterruptedException {
    client.close();
    cluster.close();
  }

  @Test
  void theyFollowTheLeaderAndSayWhatWasAskedFor() {
    cluster.lead(cluster.node(2));
    List<MemberInfo> members = client.cluster().addLearner("n4", "d:1", MemberOption.clientAddress("d:2"),
        MemberOption.zone("west"), MemberOption.priority(-2));
    assertThat(members).singleElement().satisfies(member -> {
      assertThat(member.isReserved()).isTrue();
      assertThat(member.zone()).isEqualTo("west");
    });
    client.cluster().promote("n4");
    client.cluster().update("n4", MemberOption.peerAddress("e:1"), MemberOption.zone(""));
    client.cluster().remove("n4");
    assertThat(client.cluster().removeAsync("n5").join()).isEqualTo(8);
    assertThat(cluster.changes()).containsExactly(
        AddLearnerRequest.newBuilder().setMember(Member.newBuilder().setId("n4").setPeerAddress("d:1")
            .setClientAddress("d:2").setZone("west").setPriority(-2)).build(),
        PromoteRequest.newBuilder().setId("n4").build(),
        UpdateMemberRequest.newBuilder().setId("n4").setPeerAddress("e:1").setZone("").build(),
        RemoveRequest.newBuilder().setId("n4").build(), RemoveRequest.newBuilder().setId("n5").build());
  }

  @Test
  void aRefusalSaysWhyAndIsNotTriedAgain() {
    cluster.refuseChanges(
        Errors.error(ErrorCode.FAILED_PRECONDITION, "NOT_CAUGHT_UP", "n4 holds 7 of 9 entries, 2 are missing"));
    assertThatThrownBy(() -> client.cluster().promote("n4")).isInstanceOf(RefusedException.class)
        .hasMessageContaining("2 are missing")
        .extracting(error -> ((BalsaException) error).reason()).isEqualTo("NOT_CAUGHT_UP");
    assertThat(cluster.changes()).isEmpty();
  }
}
