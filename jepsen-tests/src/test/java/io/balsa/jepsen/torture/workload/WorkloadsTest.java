package io.balsa.jepsen.torture.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WorkloadsTest {
  @Test
  void eachHasANameOfItsOwnAndIsFoundByIt() {
    assertThat(Workloads.all()).extracting(Workload::name).doesNotHaveDuplicates()
        .contains("counter", "set", "bank", "lock", "lease", "watch", "session", "membership");
    for (Workload workload : Workloads.all()) {
      assertThat(Workloads.named(workload.name())).hasSameClassAs(workload).isNotSameAs(workload);
      assertThat(workload.description()).isNotBlank().doesNotContain("\n");
      assertThat(workload.keys()).startsWith("torture/").endsWith("/");
      assertThat(Workloads.named(workload.name()).keys()).as("of another run").isNotEqualTo(workload.keys());
    }
  }

  @Test
  void whoNamesNoneIsToldWhichThereAre() {
    assertThatIllegalArgumentException().isThrownBy(() -> Workloads.named("bonk"))
        .withMessageStartingWith("there is no workload 'bonk'; there are register, counter, set");
  }

  static List<Workload> tellMoreThanNothing() {
    return Workloads.all().stream()
        .filter(workload -> List.of("bank", "lock", "lease", "watch", "membership").contains(workload.name())).toList();
  }

  /** Where nothing was done, or nothing recorded, nothing is proven. */
  @ParameterizedTest
  @MethodSource("tellMoreThanNothing")
  void anEmptyHistoryIsNoPass(Workload workload) {
    assertThat(workload.check(List.of(), Duration.ofSeconds(1)).state()).isEqualTo(Verdict.State.UNDECIDED);
  }
}
