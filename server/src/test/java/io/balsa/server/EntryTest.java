package io.balsa.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.balsa.proto.internal.v1.JoinRequest;
import io.balsa.proto.internal.v1.JoinResponse;
import io.balsa.proto.internal.v1.Joined;
import io.balsa.proto.internal.v1.PromotionRequest;
import io.balsa.proto.internal.v1.PromotionResponse;
import io.balsa.proto.internal.v1.ReplaceRequest;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.server.config.ServerConfig;
import io.balsa.server.config.Setting;
import io.balsa.server.identity.DataDirectory;
import io.balsa.server.identity.FormedRecord;
import io.balsa.server.identity.Identity;
import io.balsa.server.identity.KnownMembers;
import io.balsa.server.identity.ReplacementRecord;
import io.balsa.server.join.JoinCodec;
import io.balsa.server.join.JoinQuestions;
import io.balsa.server.join.Seat;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a node comes into a cluster, and what lies in its directory when it is cut off on the way. */
class EntryTest {
  private static final NodeId N4 = new NodeId("n4");
  private static final Configuration FOUNDERS = new Configuration(
      List.of(new Member(new NodeId("n1"), 1, true, "10.0.0.1:1", "10.0.0.1:1")));
  private static final FormedRecord FORMED = FormedRecord.forming(FOUNDERS, 0);

  @TempDir
  Path root;

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final List<Long> asked = new ArrayList<>();

  /** A leader that binds whoever comes, and lets nobody else in after that. */
  private final JoinQuestions leader = new JoinQuestions() {
    @Override
    public CompletableFuture<JoinResponse> join(Seat at, JoinRequest request) {
      asked.add(request.getIncarnation());
      return CompletableFuture.completedFuture(JoinResponse.newBuilder()
          .setJoined(Joined.newBuilder().addFormedMembers(JoinCodec.formedMember(FOUNDERS.members().getFirst()))
              .setConfiguration(ByteString.copyFrom(members(asked.getFirst(), false).encode().array()))
              .setConfigurationIndex(12))
          .build());
    }

    @Override
    public CompletableFuture<JoinResponse> replace(Seat at, ReplaceRequest request) {
      throw new AssertionError(request);
    }

    @Override
    public CompletableFuture<PromotionResponse> promote(Seat at, PromotionRequest request) {
      throw new AssertionError(request);
    }
  };

  private static Configuration members(long incarnation, boolean voter) {
    return FOUNDERS.with(new Member(N4, incarnation, voter, "10.0.0.4:1", "10.0.0.4:1"));
  }

  private ServerConfig config() throws Exception {
    return ServerConfig.load(Map.of(Setting.ID, "n4", Setting.DATA, root.toString(), Setting.LISTEN, "10.0.0.4:1",
        Setting.JOIN, "10.0.0.1:1"), Map.of());
  }

  private Entry entry(DataDirectory data) throws Exception {
    return new Entry(config(), data, leader, new Notices(N4, new PrintStream(said, true, StandardCharsets.UTF_8)),
        new CountDownLatch(1));
  }

  /** Where the process ends for the first time. */
  enum Cut {
    IDENTITY, KNOWN, FORMED, LOG
  }

  private void until(Cut cut) throws Exception {
    try (DataDirectory data = DataDirectory.lock(root)) {
      Identity identity = data.identity(N4);
      if (cut == Cut.IDENTITY) {
        asked.add(identity.incarnation()); // and the answer is lost
        return;
      }
      Entry.Entered entered = entry(data).join(identity, data.startDigest());
      if (cut == Cut.KNOWN) {
        Files.delete(root.resolve("formed"));
      } else if (cut == Cut.LOG) {
        GroupStorage.open(data, entered.formed(), 0, config().log()).close();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aJoinThatIsCutOffIsTakenUpByTheNextStart(Cut cut) throws Exception {
    until(cut);
    try (DataDirectory data = DataDirectory.lock(root)) {
      Standing standing = Standing.read(config(), data);
      assertThat(standing.formed() != null).isEqualTo(cut == Cut.FORMED || cut == Cut.LOG);
      FormedRecord formed = standing.formed() != null ? standing.formed()
          : entry(data).join(standing.identity(), standing.startDigest()).formed();
      assertThat(asked).as("ever the same").containsOnly(standing.identity().incarnation());
      assertThat(formed.clusterId()).isEqualTo(FORMED.clusterId());
      assertThat(formed.origin()).isEqualTo(FormedRecord.Origin.JOINED);
      assertThat(formed.state()).as("its log may not be lost: there may be none").isEqualTo(FormedRecord.State.FORMING);
      assertThat(standing.lostLog()).isNull();
      KnownMembers known = data.known(FORMED.clusterId());
      assertThat(known).isNotNull();
      assertThat(known.configuration()).as("whom to dial").isEqualTo(members(asked.getFirst(), false));
      try (GroupStorage storage = GroupStorage.open(data, formed, 0, config().log())) {
        assertThat(storage.log().recovered().configuration()).as("its log begins as everybody's").isEqualTo(FOUNDERS);
        data.write(formed.formed());
      }
    }
    try (DataDirectory data = DataDirectory.lock(root)) {
      Standing standing = Standing.read(config(), data);
      assertThat(standing.formed().state()).isEqualTo(FormedRecord.State.FORMED);
      assertThat(standing.lostLog()).isNull();
    }
  }

  /** I4: as the leader has told it, so that no later leader takes it for what it was. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aNodeThatStopsForWhatItForgotIsNotItselfAtItsNextStart(boolean voter) throws Exception {
    Identity identity;
    try (DataDirectory data = DataDirectory.lock(root)) {
      identity = data.identity(N4);
      Entry entry = entry(data);
      Entry.Entered entered = entry.join(identity, 0);
      data.write(new KnownMembers(FORMED.clusterId(), 20, members(identity.incarnation(), voter)));
      entry.note(entered.identity(), entered.formed(), "its disk forgot");
    }
    try (DataDirectory data = DataDirectory.lock(root)) {
      ReplacementRecord replacement = Standing.read(config(), data).replacement();
      assertThat(replacement).isNotNull();
      assertThat(replacement.old()).isEqualTo(identity);
      assertThat(replacement.newIncarnation()).isNotEqualTo(identity.incarnation());
      assertThat(replacement.voter()).isEqualTo(voter);
      assertThat(replacement.why()).isEqualTo("its disk forgot");
      assertThat(replacement.isGranted()).isFalse();
    }
  }

  @Test
  void whoHasJoinedIsToldHowToGoOn() throws Exception {
    until(Cut.FORMED);
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("has joined cluster", "balsa member promote n4");
  }
}
