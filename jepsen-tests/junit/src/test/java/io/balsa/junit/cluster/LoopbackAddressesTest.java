package io.balsa.junit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LoopbackAddressesTest {
  @Test
  void theNodesOfAClusterShareNetworkAndPort() {
    LoopbackAddresses drawn = LoopbackAddresses.draw();
    String first = drawn.address(1);
    assertThat(first).matches("127\\.[0-9]+\\.[0-9]+\\.1:[0-9]+");
    assertThat(drawn.address(2)).isEqualTo(first.replaceFirst("1:", "2:"));
    assertThat(drawn.address(4)).isEqualTo(first.replaceFirst("1:", "4:"));
    assertThat(drawn.address(1)).isEqualTo(first);
  }

  /** A thousand clusters at a time: that two of them meet happens once in some thousand runs, that four do never. */
  @Test
  void clustersDoNotMeet() {
    Set<String> drawn = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      drawn.add(LoopbackAddresses.draw().address(1));
    }
    assertThat(drawn).hasSizeGreaterThanOrEqualTo(999);
  }
}
