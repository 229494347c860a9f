package io.balsa.server.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** I1, I3: who a data directory is, and what is refused. */
class DataDirectoryTest {
  private static final NodeId N1 = new NodeId("n1");

  @TempDir
  Path parent;

  private Path root() {
    return parent.resolve("deep/n1");
  }

  private static FormedRecord record(Identity identity) {
    return FormedRecord.forming(new Configuration(List.of(
        new Member(identity.id(), identity.incarnation(), true, "10.0.0.1:1", "10.0.0.1:2"),
        new Member(new NodeId("n2"), 5, true, "10.0.0.2:1", "10.0.0.2:2"))), 0);
  }

  @Test
  void anEmptyDirectoryGetsAnIncarnationAndKeepsIt() throws Exception {
    Identity first;
    try (DataDirectory data = DataDirectory.lock(root())) {
      first = data.identity(N1);
      assertThat(data.formed(first)).isNull();
    }
    try (DataDirectory data = DataDirectory.lock(root())) {
      assertThat(data.identity(N1)).isEqualTo(first);
    }
    try (DataDirectory other = DataDirectory.lock(parent.resolve("other"))) {
      assertThat(other.identity(N1).incarnation()).isNotEqualTo(first.incarnation());
    }
  }

  @Test
  void twoServersOnOneDirectory() throws Exception {
    try (DataDirectory data = DataDirectory.lock(root())) {
      data.identity(N1);
      assertThatThrownBy(() -> DataDirectory.lock(root())).isInstanceOf(StartRefused.class)
          .hasMessageContainingAll("in use by another server", "pid " + ProcessHandle.current().pid(),
              "--data of its own");
    }
    DataDirectory.lock(root()).close();
  }

  @Test
  void theDirectoryOfAnotherNode() throws Exception {
    try (DataDirectory data = DataDirectory.lock(root())) {
      data.identity(N1);
      assertThatThrownBy(() -> data.identity(new NodeId("n2"))).isInstanceOf(StartRefused.class)
          .hasMessageContainingAll("belongs to node n1, not to n2", "--id n1");
    }
  }

  @Test
  void aDirectoryOfSomethingElse() throws Exception {
    Files.createDirectories(root());
    Files.writeString(root().resolve("holiday.jpg"), "x");
    try (DataDirectory data = DataDirectory.lock(root())) {
      assertThatThrownBy(() -> data.identity(N1)).isInstanceOf(StartRefused.class)
          .hasMessageContainingAll("not empty", "holiday.jpg");
    }
    assertThatThrownBy(() -> DataDirectory.lock(root().resolve("holiday.jpg"))).isInstanceOf(StartRefused.class);
  }

  @Test
  void aFlippedBitInIdentityOrFormed() throws Exception {
    try (DataDirectory data = DataDirectory.lock(root())) {
      Identity identity = data.identity(N1);
      data.write(record(identity));
      flip(root().resolve("formed"));
      assertThatThrownBy(() -> data.formed(identity)).isInstanceOf(StartRefused.class)
          .hasMessageContainingAll("\"formed\"", "damaged");
      flip(root().resolve("identity"));
      assertThatThrownBy(() -> data.identity(N1)).isInstanceOf(StartRefused.class)
          .hasMessageContainingAll("\"identity\"", "damaged");
    }
  }

  @Test
  void theFormedRecordComesBackAsItWasWritten() throws Exception {
    try (DataDirectory data = DataDirectory.lock(root())) {
      Identity identity = data.identity(N1);
      FormedRecord record = record(identity);
      data.write(record);
      assertThat(data.formed(identity)).isEqualTo(record);
      Files.createDirectories(data.log());
      Files.writeString(data.log().resolve("segment"), "x");
      data.write(record.formed());
      assertThat(data.formed(identity)).isEqualTo(record.formed());
      assertThat(record.formed().clusterId()).isEqualTo(record.clusterId()).isNotZero();
    }
  }

  /** A crash between the record and the log leaves FORMING, which starts again; FORMED without a log is a lost log (I3). */
  @Test
  void aFormedNodeWithoutItsLogHasLostIt() throws Exception {
    try (DataDirectory data = DataDirectory.lock(root())) {
      Identity identity = data.identity(N1);
      data.write(record(identity));
      assertThat(data.isLogLost(data.formed(identity))).isFalse();
      data.write(record(identity).formed());
      assertThat(data.isLogLost(data.formed(identity))).isTrue();
      Files.createDirectories(data.log());
      assertThat(data.isLogLost(data.formed(identity))).as("empty").isTrue();
      Files.writeString(data.log().resolve("segment"), "x");
      assertThat(data.isLogLost(data.formed(identity))).isFalse();
    }
  }

  @Test
  void aLogWithoutAFormedRecordIsDamage() throws Exception {
    try (DataDirectory data = DataDirectory.lock(root())) {
      Identity identity = data.identity(N1);
      Files.createDirectories(data.log());
      assertThatThrownBy(() -> data.formed(identity)).isInstanceOf(StartRefused.class).hasMessageContaining("damaged");
    }
  }

  @Test
  void anIdentityAndARecordOfTwoDirectoriesDoNotGoTogether() throws Exception {
    try (DataDirectory data = DataDirectory.lock(root())) {
      Identity identity = data.identity(N1);
      data.write(record(new Identity(N1, identity.incarnation() + 1)));
      assertThatThrownBy(() -> data.formed(identity)).isInstanceOf(StartRefused.class)
          .hasMessageContaining("put together from two");
    }
  }

  /** Labels stand in the record where there are any, and in none of those that were written before there were labels. */
  @Test
  void theRecordOfTheFirstVersionIsStillRead() throws Exception {
    try (DataDirectory data = DataDirectory.lock(root())) {
      Identity identity = data.identity(N1);
      data.write(record(identity));
      assertThat(Files.readString(root().resolve("formed")))
          .contains("member n2 0000000000000005 10.0.0.2:1 10.0.0.2:2\n")
          .doesNotContain("origin");
      FormedRecord labelled = FormedRecord.forming(new Configuration(List.of(
          new Member(N1, identity.incarnation(), true, "a:1", "a:2", -3, "east"),
          new Member(new NodeId("n2"), 5, true, "b:1", "b:2", 0, ""))), 0);
      data.write(labelled);
      assertThat(data.formed(identity)).isEqualTo(labelled);
    }
  }

  /** A node that joined is none of those that formed the cluster; the record says how it came. */
  @Test
  void theRecordOfANodeThatJoined() throws Exception {
    try (DataDirectory data = DataDirectory.lock(root())) {
      Identity identity = data.identity(N1);
      FormedRecord theirs = record(new Identity(new NodeId("n9"), 9));
      FormedRecord joined = theirs.withOrigin(FormedRecord.Origin.REPLACED_A_VOTER);
      data.write(joined);
      assertThat(data.formed(identity)).isEqualTo(joined);
      assertThat(joined.formed().origin()).isEqualTo(FormedRecord.Origin.REPLACED_A_VOTER);
      data.write(theirs);
      assertThatThrownBy(() -> data.formed(identity)).hasMessageContaining("formed without it");
      data.write(record(identity).withOrigin(FormedRecord.Origin.JOINED));
      assertThatThrownBy(() -> data.formed(identity)).hasMessageContaining("put together from two");
    }
  }

  @Test
  void theMembersOfAnotherClusterAreNotKnown() throws Exception {
    try (DataDirectory data = DataDirectory.lock(root())) {
      KnownMembers known = new KnownMembers(7, 12, new Configuration(List.of(
          new Member(N1, 5, false, "a:1", "a:2", 2, "west"), new Member(new NodeId("n2"), 0, false, "b:1", "b:2"))));
      assertThat(data.known(7)).isNull();
      data.write(known);
      assertThat(data.known(7)).isEqualTo(known);
      assertThat(data.known(8)).isNull();
      flip(root().resolve("known"));
      assertThatThrownBy(() -> data.known(7)).isInstanceOf(StartRefused.class).hasMessageContaining("\"known\"");
    }
  }

  /** All who form the same agree on the cluster's id, whatever addresses they go by. */
  @Test
  void theClusterIdIsOfIdsIncarnationsAndDigest() {
    Member n1 = new Member(N1, 1, true, "a:1", "a:2");
    Member n2 = new Member(new NodeId("n2"), 2, true, "b:1", "b:2");
    Member moved = new Member(new NodeId("n2"), 2, true, "c:1", "c:2");
    Member reborn = new Member(new NodeId("n2"), 3, true, "b:1", "b:2");
    long id = FormedRecord.clusterIdOf(new Configuration(List.of(n1, n2)), 0);
    assertThat(FormedRecord.clusterIdOf(new Configuration(List.of(n2, n1)), 0)).isEqualTo(id);
    assertThat(FormedRecord.clusterIdOf(new Configuration(List.of(n1, moved)), 0)).isEqualTo(id);
    assertThat(FormedRecord.clusterIdOf(new Configuration(List.of(n1, reborn)), 0)).isNotEqualTo(id);
    assertThat(FormedRecord.clusterIdOf(new Configuration(List.of(n1, n2)), 7)).isNotEqualTo(id);
  }

  private static void flip(Path file) throws Exception {
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 1;
    Files.write(file, content);
  }
}
