package io.balsa.server.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** I3: the directory of a node that lost its log becomes that of its successor, whatever is cut off at whatever step. */
class SetAsideTest {
  private static final NodeId N3 = new NodeId("n3");
  private static final Identity OLD = new Identity(N3, 3);
  private static final FormedRecord FORMED = FormedRecord.forming(new Configuration(List.of(
      new Member(new NodeId("n1"), 1, true, "a:1", "a:2", 5, "east"), new Member(N3, 3, true, "c:1", "c:2"))), 9)
      .formed();
  private static final KnownMembers NOW = new KnownMembers(FORMED.clusterId(), 70, new Configuration(
      List.of(new Member(new NodeId("n1"), 1, true, "a:1", "a:2", 5, "east"),
          new Member(N3, 33, false, "c:1", "c:2"))));
  private static final ReplacementRecord GRANTED = new ReplacementRecord(OLD, 33, true, "its log  is\ngone", FORMED,
      null)
      .granted(NOW, "set-aside-1");

  @TempDir
  Path parent;

  private int cases;

  /** As a running node leaves it: all there is. */
  private Path directory() throws IOException {
    Path root = Files.createDirectories(parent.resolve("n3-" + cases++));
    DurableFile.write(root.resolve("identity"), OLD.encode());
    DurableFile.write(root.resolve("formed"), FORMED.encode());
    DurableFile.write(root.resolve("known"), new KnownMembers(FORMED.clusterId(), 60, FORMED.initial()).encode());
    DurableFile.write(root.resolve("restored"), new RestoredRecord(9, "backup").encode());
    Files.createDirectories(root.resolve("group-0/state-0"));
    Files.writeString(root.resolve("group-0/state-0/table"), "old");
    DurableFile.write(root.resolve("replacement"), GRANTED.encode());
    return root;
  }

  private static void assertDone(Path root) throws Exception {
    try (DataDirectory data = DataDirectory.lock(root)) {
      assertThat(data.replacement(N3)).isNull();
      Identity identity = data.identity(N3);
      assertThat(identity).isEqualTo(new Identity(N3, 33));
      FormedRecord formed = data.formed(identity);
      assertThat(formed.state()).isEqualTo(FormedRecord.State.FORMING);
      assertThat(formed.origin()).isEqualTo(FormedRecord.Origin.REPLACED_A_VOTER);
      assertThat(formed.clusterId()).isEqualTo(FORMED.clusterId());
      assertThat(formed.initial()).isEqualTo(FORMED.initial());
      assertThat(data.known(FORMED.clusterId())).isEqualTo(NOW);
      assertThat(data.isLogLost(formed)).isFalse();
      assertThat(data.startDigest()).as("it starts from nothing").isZero();
      assertThat(Files.exists(data.group())).isFalse();
    }
    Path aside = root.resolve("set-aside-1");
    assertThat(Files.readString(aside.resolve("group-0/state-0/table"))).isEqualTo("old");
    assertThat(Identity.decode(Files.readAllBytes(aside.resolve("identity")))).isEqualTo(OLD);
    assertThat(FormedRecord.decode(Files.readAllBytes(aside.resolve("formed")))).isEqualTo(FORMED);
    assertThat(KnownMembers.decode(Files.readAllBytes(aside.resolve("known"))).index()).isEqualTo(60);
    assertThat(aside.resolve("restored")).exists();
  }

  /** The end of the process at a step. */
  private static final class Cut extends IOException {
    private static final long serialVersionUID = 1;
  }

  /** Ends at a step; knows what was renamed and not yet made durable. */
  private static final class Until implements SetAside.Steps {
    final List<String> taken = new ArrayList<>();
    final List<String> unsynced = new ArrayList<>();
    private final int last;

    Until(int last) {
      this.last = last;
    }

    @Override
    public void before(String step) throws IOException {
      if (taken.size() == last) {
        throw new Cut();
      }
      taken.add(step);
      if (step.startsWith("move ")) {
        unsynced.add(step.substring("move ".length()));
      } else if (step.equals("write identity")) {
        unsynced.clear(); // both directories were synced before it
      }
    }
  }

  private static ReplacementRecord stored(Path root) throws IOException {
    return ReplacementRecord.decode(Files.readAllBytes(root.resolve("replacement")));
  }

  @Test
  void everyCutIsCarriedThroughByTheNextStart() throws Exception {
    Until all = new Until(Integer.MAX_VALUE);
    Path whole = directory();
    new SetAside(whole, all).carryThrough(GRANTED);
    assertDone(whole);
    assertThat(all.taken).hasSizeGreaterThan(9);
    for (int cut = 0; cut < all.taken.size(); cut++) {
      Path root = directory();
      SetAside first = new SetAside(root, new Until(cut));
      assertThatThrownBy(() -> first.carryThrough(GRANTED)).isInstanceOf(Cut.class);
      new SetAside(root, SetAside.Steps.NONE).carryThrough(stored(root));
      assertDone(root);
    }
  }

  /** Two crashes, the second in what the first left. */
  @Test
  void everyPairOfCuts() throws Exception {
    for (int one = 0; one < 13; one++) {
      for (int two : new int[]{0, 3, 6, 10}) {
        Path root = directory();
        for (int cut : new int[]{one, two}) {
          try {
            new SetAside(root, new Until(cut)).carryThrough(stored(root));
            break; // through
          } catch (Cut end) {
            assertThat(root.resolve("replacement")).exists();
          }
        }
        if (Files.exists(root.resolve("replacement"))) {
          new SetAside(root, SetAside.Steps.NONE).carryThrough(stored(root));
        }
        assertDone(root);
      }
    }
  }

  /** A power cut takes back any of the renames that no sync has confirmed. */
  @Test
  void renamesThatThePowerCutTakesBack() throws Exception {
    int undone = 0;
    for (int cut = 1; cut < 13; cut++) {
      int unsynced = 0;
      for (int lost = 0; lost < 1 << unsynced || lost == 0; lost++) {
        Path root = directory();
        Until until = new Until(cut);
        try {
          new SetAside(root, until).carryThrough(GRANTED);
        } catch (Cut end) {
          unsynced = until.unsynced.size();
          for (int i = 0; i < unsynced; i++) {
            String name = until.unsynced.get(i);
            if ((lost >> i & 1) == 1 && Files.exists(root.resolve("set-aside-1").resolve(name))) {
              Files.move(root.resolve("set-aside-1").resolve(name), root.resolve(name));
              undone++;
            }
          }
          new SetAside(root, SetAside.Steps.NONE).carryThrough(stored(root));
        }
        assertDone(root);
      }
    }
    assertThat(undone).isGreaterThan(100);
  }

  /** As long as {@code replacement} stands there, a start never reads what may be half of each. */
  @Test
  void theRecordComesBackAsItWasWritten() throws Exception {
    ReplacementRecord asking = new ReplacementRecord(OLD, 33, false, "a reason", FORMED, null);
    Path root = directory();
    try (DataDirectory data = DataDirectory.lock(root)) {
      data.write(asking);
      ReplacementRecord read = data.replacement(N3);
      assertThat(read.isGranted()).isFalse();
      assertThat(read.voter()).isFalse();
      assertThat(read.why()).isEqualTo("a reason");
      assertThat(read.formed().clusterId()).isEqualTo(FORMED.clusterId());
      ReplacementRecord granted = data.grant(read.withVoter(true), NOW);
      assertThat(data.replacement(N3)).isEqualTo(granted);
      assertThat(granted.granted().members()).isEqualTo(NOW);
      assertThat(granted.voter()).isTrue();
      assertThatThrownBy(() -> data.replacement(new NodeId("n1"))).isInstanceOf(StartRefused.class)
          .hasMessageContaining("belongs to node n3");
    }
    assertThat(GRANTED.why()).isNotEqualTo(ReplacementRecord.decode(GRANTED.encode()).why());
    assertThat(ReplacementRecord.decode(GRANTED.encode()).why()).as("on one line").isEqualTo("its log is gone");
  }

  @Test
  void everyReplacementHasAFolderOfItsOwn() throws Exception {
    Path root = directory();
    assertThat(SetAside.nextFolder(root)).isEqualTo("set-aside-1");
    Files.createDirectories(root.resolve("set-aside-9"));
    Files.createDirectories(root.resolve("set-aside-2"));
    Files.createDirectories(root.resolve("set-aside-old"));
    assertThat(SetAside.nextFolder(root)).isEqualTo("set-aside-10");
    try (Stream<Path> files = Files.walk(root)) {
      assertThat(DataDirectory.bytes(root)).isEqualTo(
          files.filter(Files::isRegularFile).sorted(Comparator.reverseOrder()).mapToLong(f -> f.toFile().length())
              .sum());
    }
  }
}
