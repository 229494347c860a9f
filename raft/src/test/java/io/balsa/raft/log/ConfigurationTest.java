package io.balsa.raft.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final Member FIRST = new Member(N1, 258, true, "a:1", "b:2");
  private static final Member RESERVED = new Member(N2, Member.RESERVED, false, "c:3", "d:4");
  private static final Member ZONED = new Member(N2, -1, false, "c:3", "d:4", -7, "z1");

  /** Bytes that stand in logs, for ever: version, count, then of each member id, incarnation, voter, both addresses. */
  private static final String VERSION_1 = "01" + "00000002"
      + "0002" + "6e31" + "0000000000000102" + "01" + "0003" + "613a31" + "0003" + "623a32"
      + "0002" + "6e32" + "0000000000000000" + "00" + "0003" + "633a33" + "0003" + "643a34";

  /** The same, and priority and zone of each. */
  private static final String VERSION_2 = "02" + "00000002"
      + "0002" + "6e31" + "0000000000000102" + "01" + "0003" + "613a31" + "0003" + "623a32" + "00000000" + "0000"
      + "0002" + "6e32" + "ffffffffffffffff" + "00" + "0003" + "633a33" + "0003" + "643a34" + "fffffff9" + "0002"
      + "7a31";

  @Test
  void bothVersionsAreReadAndWrittenForEver() {
    assertGolden(new Configuration(List.of(FIRST, RESERVED)), VERSION_1);
    assertGolden(new Configuration(List.of(FIRST, ZONED)), VERSION_2);
  }

  private static void assertGolden(Configuration configuration, String golden) {
    assertThat(HexFormat.of().formatHex(configuration.encode().array())).isEqualTo(golden);
    assertThat(Configuration.decode(Bytes.wrap(HexFormat.of().parseHex(golden)))).isEqualTo(configuration);
  }

  @Test
  void whatIsNoConfigurationIsRefused() {
    for (String bytes : List.of("", "03" + VERSION_2.substring(2), VERSION_1 + "00", VERSION_1.substring(2),
        "01" + "00000041", "01" + "ffffffff")) {
      assertThatThrownBy(() -> Configuration.decode(Bytes.wrap(HexFormat.of().parseHex(bytes)))).as(bytes)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void theNextOneIsMadeOfThisOne() {
    Configuration one = new Configuration(List.of(FIRST));
    Configuration two = one.with(RESERVED);
    assertThat(two.members()).containsExactly(FIRST, RESERVED);
    assertThat(two.with(ZONED).members()).containsExactly(FIRST, ZONED);
    assertThat(two.without(N1).members()).containsExactly(RESERVED);
    assertThat(two.without(new NodeId("n9"))).isEqualTo(two);
  }

  @Test
  void anIdIsBoundToOneIncarnationOrReserved() {
    Configuration configuration = new Configuration(List.of(FIRST, RESERVED));
    assertThat(configuration.binds(N1, 258)).isTrue();
    assertThat(configuration.binds(N1, 259)).isFalse();
    assertThat(configuration.binds(N2, Member.RESERVED)).isFalse();
    assertThat(configuration.binds(new NodeId("n9"), 258)).isFalse();
  }

  @Test
  void aReservedMemberIsNoVoter() {
    assertThatThrownBy(() -> new Member(N1, Member.RESERVED, true, "a:1", "b:2")).hasMessageContaining("n1");
    assertThatThrownBy(RESERVED::promoted).hasMessageContaining("n2");
    assertThat(ZONED.promoted()).isEqualTo(new Member(N2, -1, true, "c:3", "d:4", -7, "z1"));
  }

  @Test
  void aZoneHasABound() {
    assertThat(new Member(N1, 1, false, "", "", 0, "z".repeat(64)).zone()).hasSize(64);
    assertThatThrownBy(() -> new Member(N1, 1, false, "", "", 0, "z".repeat(65))).hasMessageContaining("64");
  }

  @Test
  void aChangeThatMakesNoSenseIsNone() {
    assertThatThrownBy(() -> new MembershipChange.AddLearner(FIRST)).hasMessageContaining("learner");
    assertThatThrownBy(() -> new MembershipChange.Bind(N1, Member.RESERVED, "", "")).hasMessageContaining("n1");
  }
}
