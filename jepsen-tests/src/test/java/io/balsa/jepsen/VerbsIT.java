package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.jepsen.VerbCase.Answer;
import io.balsa.jepsen.cluster.Program;
import io.balsa.jepsen.cluster.Program.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every verb of the real program against a real cluster, in right and wrong use, for people and for programs, and with nobody
 * there. What verbs there are the program says itself, so none can be forgotten.
 */
class VerbsIT {
  /** A minute or for ever: these are run to their end elsewhere, or until a signal, by {@link InterruptIT}. */
  private static final Set<String> LONG = Set.of("demo", "server", "up");
  private static final int AT_ONCE = 3;

  private static VerbModel model;
  private static VerbStage stage;
  private static Program balsa;

  @BeforeAll
  static void startTheCluster(@TempDir Path directory) {
    stage = new VerbStage(directory);
    balsa = new Program().with("BALSA_ENDPOINTS", stage.endpoints());
    model = VerbModel.of(balsa.run("completion").out());
  }

  @AfterAll
  static void stopTheCluster() {
    if (stage != null) {
      stage.close();
    }
  }

  private static List<String> uncovered(Collection<String> verbs, List<VerbCase> cases) {
    Set<String> covered = Set.copyOf(cases.stream().map(each -> model.verb(each.words())).toList());
    return verbs.stream().filter(verb -> !covered.contains(verb)).toList();
  }

  /** Right use in the order of the table, for some of it stands on what was done before. */
  @Test
  void everyVerbDoesWhatItIsAskedForPeopleAndForPrograms() throws IOException {
    List<VerbCase> right = VerbTable.right(stage);
    assertThat(uncovered(model.verbs(), of(Answer.TEXT, right))).as("verbs without a right use")
        .containsExactlyInAnyOrderElementsOf(LONG);
    List<String> forPrograms = model.verbs().stream().filter(verb -> model.takes(verb, "-o")).toList();
    assertThat(uncovered(forPrograms, of(Answer.JSON, right))).as("verbs without a use with -o json").isEmpty();
    for (VerbCase each : right) {
      if (each.words().contains("promote")) {
        start();
      }
      each.check(patient(each).run(balsa));
    }
  }

  /** A machine that has much to do is no reason to give up. */
  private static VerbCase patient(VerbCase each) {
    return model.takes(model.verb(each.words()), "--timeout") && !each.words().contains("--timeout")
        ? each.withOptions("--timeout", "1m")
        : each;
  }

  private static List<VerbCase> of(Answer answer, List<VerbCase> cases) {
    return cases.stream().filter(each -> each.answer() == answer).toList();
  }

  /** The nodes that were added. */
  private static void start() {
    Stream.of(stage.first(), stage.second()).filter(node -> !node.isAlive()).forEach(node -> node.start());
  }

  @Test
  void everyVerbTurnsWrongUseDownInOneLine() throws IOException {
    List<VerbCase> wrong = VerbTable.wrong(stage);
    assertThat(uncovered(Stream.of(model.verbs(), model.groups()).flatMap(Collection::stream).toList(), wrong))
        .as("verbs without a wrong use").isEmpty();
    checkAll(wrong.stream().map(VerbsIT::patient).toList(), balsa);
  }

  /** Whatever takes --endpoints, asked as it is asked when all is well. */
  @Test
  void everyVerbSaysThatNobodyIsThere() throws IOException {
    List<VerbCase> cases = of(Answer.TEXT, VerbTable.right(stage)).stream()
        .filter(each -> model.takes(model.verb(each.words()), "--endpoints"))
        .map(each -> each.withNobodyThere(model.takes(model.verb(each.words()), "--timeout"))).toList();
    assertThat(cases).isNotEmpty();
    checkAll(cases, new Program().with("BALSA_ENDPOINTS", "127.255.255.254:7101"));
  }

  /** All are tried, and all that went wrong is told. */
  private static void checkAll(List<VerbCase> cases, Program program) throws IOException {
    List<String> failures = new ArrayList<>();
    try (ExecutorService runners = Executors.newFixedThreadPool(AT_ONCE)) {
      List<CompletableFuture<Run>> runs = cases.stream()
          .map(each -> CompletableFuture.supplyAsync(() -> each.run(program), runners)).toList();
      for (int i = 0; i < runs.size(); i++) {
        try {
          cases.get(i).check(runs.get(i).join());
        } catch (AssertionError e) {
          failures.add(e.getMessage());
        }
      }
    }
    assertThat(failures).isEmpty();
  }
}
