package io.balsa.jepsen.existing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.client.BalsaClientBuilder;
import io.balsa.client.cluster.StateHash;
import io.balsa.client.routing.AddressResolver;
import io.balsa.jepsen.nemesis.Installation;
import io.balsa.jepsen.nemesis.Installation.Indeterminate;
import io.balsa.jepsen.nemesis.Installation.Installed;
import io.balsa.jepsen.nemesis.Installation.Skipped;
import io.balsa.jepsen.nemesis.Target;
import io.balsa.junit.cluster.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom the commands of users are run for, what they are told, and what their exit status makes of the fault. */
class CommandFaultTest {
  @TempDir
  private Path directory;

  private Installation install(String yaml, Optional<String> leader) throws IOException, InterruptedException {
    String file = "faults:\n  some:\n    " + yaml.replace("\n", "\n    ").replace("LOG", log().toString());
    return AllowedFaults.read(Files.writeString(directory.resolve("faults.yaml"), file)).nemeses().get(0)
        .install(new Nodes(leader), new Random(1));
  }

  private Installation install(String yaml) throws IOException, InterruptedException {
    return install(yaml, Optional.of("n2"));
  }

  private Path log() {
    return directory.resolve("log");
  }

  private List<String> logged() throws IOException {
    return Files.exists(log()) ? Files.readAllLines(log()) : List.of();
  }

  @Test
  void theLeaderIsHit_andTheCommandKnowsWhereItIs_andWhereTheOthersAre() throws IOException, InterruptedException {
    Installation installation = install("""
        victims: leader
        install: echo "hit $NODE_ID $NODE_HOST $NODE_PORT, not $OTHER_HOSTS" >> LOG
        undo: echo "healed $NODE_ID" >> LOG""");
    assertThat(installation).isInstanceOf(Installed.class);
    assertThat(installation.what()).isEqualTo("n2");
    assertThat(logged()).containsExactly("hit n2 10.0.0.2 7102, not 10.0.0.1 10.0.0.3");
    ((Installed) installation).undo().run();
    assertThat(logged()).last().isEqualTo("healed n2");
    ((Installed) installation).undo().run();
    assertThat(logged()).as("undone once").hasSize(2);
  }

  @Test
  void asManyAreHitAsTheFileSays() throws IOException, InterruptedException {
    String commands = "\ninstall: echo $NODE_ID >> LOG\nundo: 'true'";
    install("victims: all" + commands);
    assertThat(logged()).containsExactly("n1", "n2", "n3");
    Files.delete(log());
    install("victims: majority" + commands);
    assertThat(logged()).hasSize(2).doesNotHaveDuplicates();
    Files.delete(log());
    install("victims: minority" + commands);
    assertThat(logged()).hasSize(1);
    Files.delete(log());
    install("victims: follower" + commands);
    assertThat(logged()).hasSize(1).doesNotContain("n2");
  }

  @Test
  void withoutALeaderThereIsNoneToBeHit() throws IOException, InterruptedException {
    for (String victims : List.of("leader", "follower")) {
      assertThat(install("victims: " + victims + "\ninstall: echo hit >> LOG\nundo: 'true'", Optional.empty()))
          .isInstanceOf(Skipped.class);
    }
    assertThat(logged()).isEmpty();
  }

  @Test
  void whatSaysThatItCannotBeDoneIsSkipped_andWhatWasDoneBeforeIsUndone() throws IOException, InterruptedException {
    Installation installation = install("""
        victims: all
        install: test $NODE_ID != n3 || { echo 'no way'; exit 77; }
        undo: echo "healed $NODE_ID" >> LOG""");
    assertThat(installation).isInstanceOf(Skipped.class);
    assertThat(installation.what()).contains("n3").contains("no way");
    assertThat(logged()).containsExactly("healed n2", "healed n1");
  }

  @Test
  void whatFailsOrIsNotSeenToBeThereIsIndeterminate_andIsUndoneLater() throws IOException, InterruptedException {
    Installation failed = install("""
        victims: leader
        install: echo 'no route'; exit 1
        undo: echo "healed $NODE_ID" >> LOG""");
    assertThat(failed).isInstanceOf(Indeterminate.class);
    assertThat(failed.what()).contains("\"install\" of n2 ended with 1: no route");
    ((Indeterminate) failed).undo().run();
    assertThat(logged()).containsExactly("healed n2");
    Installation unseen = install("""
        victims: leader
        install: 'true'
        check: 'false'
        undo: 'true'""");
    assertThat(unseen).isInstanceOf(Indeterminate.class);
  }

  @Test
  void whatIsSeenOnlyAfterAWhileIsThere() throws IOException, InterruptedException {
    assertThat(install("""
        victims: leader
        install: 'true'
        check: echo look >> LOG; test $(wc -l < LOG) -ge 3
        undo: 'true'""")).isInstanceOf(Installed.class);
  }

  @Test
  void whatCannotBeUndoneEndsTheRun_afterTheOthersWereUndone() throws IOException, InterruptedException {
    Installed installed = (Installed) install("""
        victims: all
        install: 'true'
        undo: echo "healed $NODE_ID" >> LOG; test $NODE_ID != n3""");
    assertThatThrownBy(() -> installed.undo().run()).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("put it right by hand").hasMessageContaining("\"undo\" of n3");
    assertThat(logged()).containsExactly("healed n3", "healed n2", "healed n1");
  }

  @Test
  void anInterruptDoesNotKeepItFromBeingUndone_andIsToldAfterwards() throws IOException, InterruptedException {
    Installed installed = (Installed) install("""
        victims: all
        install: 'true'
        undo: echo "begun $NODE_ID" >> LOG; sleep 0.5; echo "healed $NODE_ID" >> LOG""");
    Thread main = Thread.currentThread();
    Thread interrupting = new Thread(() -> {
      Await.until(Duration.ofSeconds(10), () -> Files.exists(log()), () -> "the undo does not begin");
      main.interrupt();
    });
    interrupting.start();
    assertThatThrownBy(() -> installed.undo().run()).isInstanceOf(InterruptedException.class);
    assertThat(logged()).contains("healed n3", "healed n2", "healed n1");
    interrupting.join();
  }

  /**
   * The Ctrl-C of a terminal reaches every process in the foreground. Here it is another signal: who runs in the background ignores that
   * one.
   */
  @Test
  void anUndoThatASignalEndsIsRunOnceMore() throws IOException, InterruptedException {
    Installed installed = (Installed) install("""
        victims: leader
        install: 'true'
        undo: echo "begun" >> LOG; test $(wc -l < LOG) -ge 2 || kill -TERM $$; echo "healed" >> LOG""");
    installed.undo().run();
    assertThat(logged()).containsExactly("begun", "begun", "healed");
  }

  @Test
  void logsAreFetchedByTheCommand_andItsFailureStandsInThem() throws IOException, InterruptedException {
    AllowedFaults faults = AllowedFaults.read(Files.writeString(directory.resolve("faults.yaml"),
        "logs: echo of $NODE_ID since $RUN_BEGAN; test $NODE_ID != n3"));
    Map<String, Path> logs = faults.logs(directory).collect(new Nodes(Optional.empty()).nodes());
    assertThat(logs).containsOnlyKeys("n1", "n2", "n3");
    assertThat(logs.get("n1")).content().matches("of n1 since [0-9]{10}\n");
    assertThat(logs.get("n3")).content().startsWith("the command for the logs ended with 1").contains("of n3");
    assertThat(AllowedFaults.none().logs(directory).collect(new Nodes(Optional.empty()).nodes())).isEmpty();
  }

  /** Three nodes of which only the names and addresses are there. */
  private record Nodes(Optional<String> leader) implements Target {
    @Override
    public List<Node> nodes() {
      return List.of(new Node("n1", "10.0.0.1:7101"), new Node("n2", "10.0.0.2:7102"), new Node("n3", "10.0.0.3:7103"));
    }

    @Override
    public String backend() {
      return "names";
    }

    @Override
    public AddressResolver clients() {
      return AddressResolver.AS_IS;
    }

    @Override
    public BalsaClientBuilder client() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void awaitReady() {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<String> reviveTheDead() {
      return List.of();
    }

    @Override
    public String describe() {
      return "names";
    }

    @Override
    public String version() {
      return "none";
    }

    @Override
    public Optional<Map<String, StateHash>> hashes() {
      return Optional.empty();
    }

    @Override
    public Map<String, Path> logs() {
      return Map.of();
    }
  }
}
