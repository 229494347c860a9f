package io.balsa.junit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LoopbackAddressesTest {
  @Test
  void theNodesOfAClusterShareNetworkAndPort() {
    List<String> drawn = LoopbackAddresses.draw(3);
    assertThat(drawn.get(0)).matches("127\\.[0-9]+\\.[0-9]+\\.1:[0-9]+");
    assertThat(drawn.get(1)).isEqualTo(drawn.get(0).replaceFirst("1:", "2:"));
    assertThat(drawn.get(2)).isEqualTo(drawn.get(0).replaceFirst("1:", "3:"));
    assertThat(LoopbackAddresses.next(drawn.get(0), 3)).isEqualTo(drawn.get(0).replaceFirst("1:", "4:"));
  }

  /** A thousand clusters at a time: that two of them meet happens once in some thousand runs, that four do never. */
  @Test
  void clustersDoNotMeet() {
    Set<String> drawn = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      drawn.add(LoopbackAddresses.draw(1).get(0));
    }
    assertThat(drawn).hasSizeGreaterThanOrEqualTo(999);
  }
}
