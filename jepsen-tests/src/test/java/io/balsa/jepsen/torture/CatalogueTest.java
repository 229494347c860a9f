package io.balsa.jepsen.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.balsa.jepsen.existing.AllowedFaults;
import io.balsa.jepsen.nemesis.Nemeses;
import io.balsa.jepsen.nemesis.Nemesis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the words of {@code --nemesis} mean, and at whose cluster. */
class CatalogueTest {
  private static Catalogue somebodys(Path directory) throws IOException {
    return Catalogue.of(AllowedFaults.read(Files.writeString(directory.resolve("faults.yaml"), """
        faults:
          kill-one: {family: kill, install: x, undo: y}
          kill-all: {family: kill, install: x, undo: y}
          pause: {install: x, undo: y}
        """)).nemeses());
  }

  private static List<String> names(Catalogue catalogue, String... words) {
    return catalogue.named(List.of(words)).stream().map(Nemesis::name).toList();
  }

  @Test
  void aWordIsANameOrAFamily_andEachFaultIsMeantOnce() {
    assertThat(names(Catalogue.own(), "power-all", "pause-leader")).containsExactly("power-all", "pause-leader");
    assertThat(names(Catalogue.own(), "kill-leader", "kill")).startsWith("kill-leader").doesNotHaveDuplicates()
        .hasSize(Nemeses.named("kill").size());
    assertThat(Catalogue.own().named(List.of("all"))).isEqualTo(Nemeses.all());
    assertThat(names(Catalogue.own(), "none")).isEmpty();
  }

  @Test
  void atSomebodysClusterOnlyWhatTheyAllowIsThere_andTransferByItsName(@TempDir Path directory) throws IOException {
    Catalogue catalogue = somebodys(directory);
    assertThat(names(catalogue, "kill")).containsExactly("kill-one", "kill-all");
    assertThat(names(catalogue, "transfer")).containsExactly("transfer-storm");
    assertThat(catalogue.usual()).containsExactly("kill-one", "kill-all", "pause");
    assertThatIllegalArgumentException().isThrownBy(() -> names(catalogue, "power"))
        .withMessageContaining("\"power\"; families: kill, pause, transfer;");
    assertThat(Catalogue.of(List.of()).usual()).isEmpty();
  }

  @Test
  void aWordThatMeansNothingIsToldWithThoseThatDo() {
    assertThatIllegalArgumentException().isThrownBy(() -> names(Catalogue.own(), "kill", "earthquake"))
        .withMessageContaining("\"earthquake\"").withMessageContaining("partition, kill");
  }
}
