package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.jepsen.cluster.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code balsa completion} prints, in a real bash. */
class CompletionIT {
  /**
   * What bash does when Tab is pressed: the words are this script's arguments, the last is the one to complete. Outside of a line
   * that is being edited there is nothing whose completion compopt could change.
   */
  private static final String PRESS_TAB = """
      compopt() { :; }
      source "$1"
      shift
      COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
      "$(complete -p balsa | sed 's/.*-F \\([^ ]*\\).*/\\1/')" balsa "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """;

  private static Path folder;
  private static Path script;
  private static VerbModel model;

  @BeforeAll
  static void askForIt(@TempDir Path directory) throws IOException {
    folder = directory;
    Program.Run run = new Program().run("completion", "bash");
    assertThat(run.status()).as(run.err()).isZero();
    script = Files.writeString(folder.resolve("balsa-completion"), run.out());
    model = VerbModel.of(run.out());
  }

  private static Command bash(String... words) {
    return Command.run(folder, Map.of(), Stream.concat(Stream.of("/bin/bash"), Stream.of(words)).toList());
  }

  /** The last word is completed. */
  private static Set<String> completed(String... words) {
    List<String> all = new ArrayList<>(List.of("-c", PRESS_TAB, "bash", script.toString(), "balsa"));
    all.addAll(List.of(words));
    Command run = bash(all.toArray(String[]::new));
    assertThat(run.err()).as("%s", all).isEmpty();
    return Set.copyOf(run.out().lines().map(String::strip).filter(word -> !word.isEmpty()).toList());
  }

  @Test
  void itIsValidInBash() {
    Command checked = bash("-n", script.toString());
    assertThat(checked.err()).isEmpty();
    assertThat(checked.status()).isZero();
  }

  @Test
  void verbsAreCompleted() {
    List<String> first = Stream.concat(model.verbs().stream(), model.groups().stream())
        .map(verb -> verb.split(" ", -1)[0]).distinct().toList();
    assertThat(first).contains("get", "lock", "lease", "member", "snapshot", "completion").hasSizeGreaterThan(15);
    assertThat(completed("")).containsAll(first);
    assertThat(completed("l")).containsExactlyInAnyOrder("lease", "leader", "lock");
    for (String group : model.groups()) {
      assertThat(completed(group, "")).as(group).isNotEmpty()
          .allMatch(word -> model.verbs().contains(group + " " + word));
    }
    assertThat(completed("lease", "")).containsExactlyInAnyOrder("grant", "keep-alive", "list", "revoke", "ttl");
    assertThat(completed("snapshot", "s")).containsExactlyInAnyOrder("save", "status");
  }

  @Test
  void optionsAndTheirValuesAreCompleted() {
    assertThat(completed("range", "pre", "--re")).containsExactlyInAnyOrder("--reverse", "--revision");
    assertThat(completed("lease", "ttl", "--")).contains("--keys", "--endpoints", "--output", "--timeout", "--help");
    assertThat(completed("get", "k", "-o", "")).containsExactlyInAnyOrder("text", "json");
    assertThat(completed("bench", "")).containsExactlyInAnyOrder("put", "get", "incr", "mix");
    assertThat(completed("bench", "put", "--api", "s")).containsExactly("session");
    assertThat(completed("leader", "t")).containsExactly("transfer");
    for (String verb : model.verbs()) {
      assertThat(model.takes(verb, "--help")).as(verb).isTrue();
    }
  }

  @Test
  void filesAreCompletedWhereFilesAreMeant() throws IOException {
    Files.writeString(folder.resolve("backup-of-monday"), "");
    assertThat(completed("snapshot", "restore", folder.resolve("backup-of").toString()))
        .containsExactly(folder.resolve("backup-of-monday").toString());
  }
}
