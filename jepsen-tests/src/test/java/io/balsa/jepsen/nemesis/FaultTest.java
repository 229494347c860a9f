package io.balsa.jepsen.nemesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.jepsen.nemesis.Installation.Indeterminate;
import io.balsa.jepsen.nemesis.Installation.Installed;
import io.balsa.jepsen.nemesis.Installation.Skipped;
import io.balsa.junit.cluster.RealCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the end of an action decides what became of the fault, and that what was begun is undone. */
class FaultTest {
  @TempDir
  private Path directory;

  private final List<String> undone = new ArrayList<>();
  private OwnTarget target;

  @BeforeEach
  void describe() {
    NamesOnlySite site = NamesOnlySite.of(RecordingNetwork.ofAll());
    target = new OwnTarget(RealCluster.at(site, directory, 3), site);
  }

  @AfterEach
  void close() {
    target.cluster().close();
  }

  private Installation install(Fault.Action action) throws InterruptedException {
    return new Fault("some", "some-fault", "does something", Need.OWN, action).install(target, new Random(1));
  }

  private void twoSteps(Scene scene) {
    scene.onUndo(() -> undone.add("first"));
    scene.onUndo(() -> undone.add("second"));
  }

  @Test
  void whatReturnsIsInstalledAndUndoneFromTheLastStepOn() throws InterruptedException {
    Installation installation = install(scene -> {
      twoSteps(scene);
      return "n1";
    });
    assertThat(installation).isInstanceOf(Installed.class);
    assertThat(installation.what()).isEqualTo("n1");
    assertThat(undone).isEmpty();
    ((Installed) installation).undo().run();
    assertThat(undone).containsExactly("second", "first");
    ((Installed) installation).undo().run();
    assertThat(undone).as("each once").hasSize(2);
  }

  @Test
  void whatThrowsIsIndeterminateAndItsUndoStillCleans() throws InterruptedException {
    Installation installation = install(scene -> {
      twoSteps(scene);
      throw new IllegalStateException("half way");
    });
    assertThat(installation).isInstanceOf(Indeterminate.class);
    assertThat(installation.what()).contains("does something", "half way");
    ((Indeterminate) installation).undo().run();
    assertThat(undone).containsExactly("second", "first");
  }

  /** It is a verdict on the cluster, not a failure of the fault: it must arrive as what it is. */
  @Test
  void whatDoesNotComeBackIsToldAsThatAndKeepsNothingElseFromBeingUndone() throws InterruptedException {
    Installation installation = install(scene -> {
      scene.onUndo(() -> undone.add("first"));
      scene.onUndo(() -> {
        throw new NotWholeAgainException("n2 did not come back", new IllegalStateException("not within 4 min"));
      });
      return "n2";
    });
    assertThatThrownBy(() -> ((Installed) installation).undo().run()).isInstanceOf(NotWholeAgainException.class)
        .hasMessage("n2 did not come back: not within 4 min");
    assertThat(undone).containsExactly("first");
  }

  @Test
  void whatCannotBeDoneIsSkippedWhenItHasBeenUndone() throws InterruptedException {
    Installation installation = install(scene -> {
      twoSteps(scene);
      throw new CannotBeDone("no file to damage");
    });
    assertThat(installation).isEqualTo(new Skipped("no file to damage"));
    assertThat(undone).containsExactly("second", "first");
  }

  @Test
  void whatCannotBeDoneNorUndoneIsIndeterminate() throws InterruptedException {
    Installation installation = install(scene -> {
      scene.onUndo(() -> {
        throw new IllegalStateException("it stays");
      });
      throw new CannotBeDone("no file to damage");
    });
    assertThat(installation).isInstanceOf(Indeterminate.class);
    assertThat(installation.what()).contains("no file to damage", "it stays");
    assertThatThrownBy(() -> ((Indeterminate) installation).undo().run()).hasMessage("it stays");
  }

  @Test
  void aStepThatCannotBeUndoneKeepsNoOtherFromIt() throws InterruptedException {
    Installation installation = install(scene -> {
      twoSteps(scene);
      scene.onUndo(() -> {
        throw new IllegalStateException("third");
      });
      scene.onUndo(() -> {
        throw new IllegalStateException("fourth");
      });
      return "n1";
    });
    assertThatThrownBy(() -> ((Installed) installation).undo().run()).hasMessage("fourth")
        .satisfies(thrown -> assertThat(thrown.getSuppressed()).hasSize(1));
    assertThat(undone).containsExactly("second", "first");
  }

  @Test
  void anInterruptedOneIsUndone() {
    assertThatThrownBy(() -> install(scene -> {
      twoSteps(scene);
      throw new InterruptedException();
    })).isInstanceOf(InterruptedException.class);
    assertThat(undone).containsExactly("second", "first");
  }

  @Test
  void whatIsMissingIsTheReason() throws InterruptedException {
    Need need = Need.nodes(3).and(Need.disks()).and(Need.nodes(9));
    Installation installation = new Fault("some", "some-fault", "does something", need, scene -> {
      throw new AssertionError("it was done");
    }).install(target, new Random(1));
    assertThat(installation).isInstanceOf(Skipped.class);
    assertThat(installation.what()).contains("no disks of their own");
  }

  @Test
  void aDeedGoesOnUntilItIsToldToEndAndTellsWhatWentWrong() throws InterruptedException {
    CountDownLatch rounds = new CountDownLatch(3);
    Deed deed = Deed.start("rounds", each -> {
      while (each.pause(Duration.ofMillis(1))) {
        rounds.countDown();
      }
    });
    rounds.await();
    assertThat(deed.goesOn()).isTrue();
    deed.end();
    assertThat(deed.goesOn()).isFalse();

    Deed failing = Deed.start("failing", each -> {
      throw new AssertionError("an assertion too");
    });
    assertThatThrownBy(failing::finish).hasMessageContaining("failing").hasMessageContaining("an assertion too");
  }
}
