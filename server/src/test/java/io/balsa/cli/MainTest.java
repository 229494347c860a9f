package io.balsa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/** What can be seen without a cluster; the real program against a real one is tried by jepsen-tests. */
class MainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir
  private Path folder;

  private int run(String... args) {
    return Main.run(new Console(out, err, false, false), args);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void anUnknownVerbIsSuggestedAnother() {
    assertThat(run("stauts")).isEqualTo(ExitStatus.USAGE);
    assertThat(out()).isEmpty();
    assertThat(err()).isEqualTo("balsa: unknown verb 'stauts' (did you mean status or put?); see 'balsa --help'\n");
  }

  @Test
  void noVerbIsWrongUsageAndShowsThemAll() {
    assertThat(run()).isEqualTo(ExitStatus.USAGE);
    assertThat(out()).isEmpty();
    for (Verb verb : Verb.all()) {
      assertThat(err()).containsPattern("(?m)^  " + verb.word() + " ");
    }
  }

  @Test
  void aVerbOfVerbsTellsWhichThereAre() {
    assertThat(run("lease")).isEqualTo(ExitStatus.USAGE);
    assertThat(err()).contains("keep-alive").contains("; see 'balsa lease --help'").hasLineCount(1);
    err.reset();
    assertThat(run("lease", "revok", "7")).isEqualTo(ExitStatus.USAGE);
    assertThat(err()).contains("unknown verb 'revok'").contains("revoke");
    err.reset();
    assertThat(run("snapshot", "restore", "--help")).isEqualTo(ExitStatus.DONE);
    assertThat(err()).isEmpty();
  }

  /** Nothing is asked of a cluster before the words make sense. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"lock|name of the lock and the command are missing",
      "lock l|the command to run under the lock 'l' is missing", "lock --list a b|stand alone",
      "lock --graph --list|stand alone", "lock --graph a b|stand alone",
      "lock --permits 2 l -- true|goes with --shared", "lock --owner= l -- true|more than nothing",
      "put k v --fence l|like reports:42", "put k v --fence :7|like reports:42", "put k v --fence l:x|like reports:42",
      "put k v --fence l:99999999999999999999|like reports:42", "put k v --lease -3|id of a lease",
      "del k --fence l:9223372036854775808|like reports:42", "lease grant 0|more than nothing",
      "lease ttl -1|id of a lease", "snapshot restore f|--data",
      "lock --timeout 999999999h l -- true|too long", "lock --grace 3000000h l -- true|too long",
      "get \ufffd|no UTF-8", "lock l -- cat \ufffd|no UTF-8",
      "get k --consistency fresh|takes linearizable or stale=TIME", "get k --consistency stale=x|not a duration",
      "compact 0|give 1 or more", "compact -7|give 1 or more", "compact now|'now'", "compact|R",
      "range k --min-revision -1|--min-revision takes", "bench get --read-from any|goes with --api unary",
      "put -k v|unknown option '-k' (write -- before a word that begins with a dash)",
      "get --version|unknown option '--version'",
      "get k --revision 9223372036854775808|--revision: '9223372036854775808' is no whole number of 64 bits",
      "bench put --clients x|--clients: 'x' is no whole number of 32 bits", "bench put --rate Infinity|no number",
      "get k -o yaml|--output: 'yaml' is none of text, json", "bench fly|'fly' is none of put, get, incr, mix",
      "get k -o|--output takes a value: text", "member add|N is missing", "incr k x|N: 'x' is no whole number",
      "completion fish|none of bash, zsh", "range a --count --reverse|--count counts all",
      "lease grant 1w|not a duration",
      "watch --from -1|--from takes a revision", "member set n1 --peer-address x|'x' is not an address"})
  void wrongWordsAreTold(String words, String told) {
    assertThat(run(words.split(" "))).isEqualTo(ExitStatus.USAGE);
    assertThat(out()).isEmpty();
    assertThat(err()).contains(told).contains("; see 'balsa ").hasLineCount(1);
  }

  /** An empty name would be the working directory. */
  @ParameterizedTest
  @CsvSource({"up,--dir", "snapshot,save", "snapshot,status"})
  void anEmptyNameOfAFileIsNone(String verb, String word) {
    assertThat(run(verb, word, "")).isEqualTo(ExitStatus.USAGE);
    assertThat(err()).contains("the name is empty");
  }

  /** What begins with @ is a word like any, not the name of a file with more words. */
  @Test
  void wordsWithAnAtAreTakenAsTheyAre() throws IOException {
    Path file = Files.writeString(folder.resolve("words"), "--version");
    assertThat(run("get", "--hex", "@" + file)).isEqualTo(ExitStatus.USAGE);
    assertThat(err()).contains("@" + file);
  }

  @ParameterizedTest
  @EnumSource(Verb.class)
  void everyVerbTellsItsOptionsAndRefusesOthers(Verb verb) {
    assertThat(run(verb.word(), "--help")).isEqualTo(ExitStatus.DONE);
    assertThat(err()).isEmpty();
    assertThat(run(verb.word(), "--no-such-option")).isEqualTo(ExitStatus.USAGE);
    assertThat(err()).contains("; see 'balsa " + verb.word() + " --help'").hasLineCount(1);
  }

  private static Stream<CommandLine> verbs(CommandLine command) {
    Collection<CommandLine> below = command.getSubcommands().values();
    return below.isEmpty() ? Stream.of(command) : below.stream().flatMap(MainTest::verbs);
  }

  /** "All client verbs take --endpoints and -o text|json"; those that look at backups without a cluster have an output too. */
  @Test
  void everyClientVerbSpeaksToPrograms() {
    List<CommandLine> client = verbs(Main.withAllVerbs(new Console(out, err, false, false)))
        .filter(verb -> verb.getCommandSpec().findOption("--endpoints") != null
            || verb.getCommandSpec().qualifiedName().startsWith("balsa snapshot "))
        .toList();
    assertThat(client).hasSizeGreaterThan(15);
    assertThat(client).filteredOn(verb -> verb.getCommandSpec().findOption("-o") == null)
        .extracting(verb -> verb.getCommandSpec().qualifiedName()).isEmpty();
  }

  /** A file system's exceptions say little more than the name of a file. */
  @Test
  void whatAFileSystemRefusesIsSaid() {
    assertThat(Failures.tell(new AccessDeniedException("/a/b")).getMessage()).contains("/a/b").contains("denied");
    assertThat(Failures.tell(new NoSuchFileException("/a/b")).getMessage()).contains("/a/b").contains("no such file");
    assertThat(Failures.tell(new FileSystemException("/a/b", null, "Disk quota exceeded")).getMessage())
        .isEqualTo("/a/b: Disk quota exceeded");
  }

  /** Nobody may take the part of a backup that another one is writing for his own. */
  @Test
  void aBackupTouchesNoOthersParts() throws IOException {
    Path file = folder.resolve("backup");
    Path other = Files.writeString(folder.resolve("backup.part"), "of another process");
    assertThat(run("snapshot", "save", file.toString(), "--endpoints", "127.255.255.254:9"))
        .isEqualTo(ExitStatus.UNAVAILABLE);
    assertThat(other).hasContent("of another process");
    assertThat(folder.toFile().list()).containsExactly("backup.part");
  }

  @Test
  void versionAndCompletion() {
    assertThat(run("--version")).isEqualTo(ExitStatus.DONE);
    assertThat(run("completion")).isEqualTo(ExitStatus.DONE);
    assertThat(err()).isEmpty();
    assertThat(out()).contains("-F _complete_balsa");
  }

  /** The script is made anew from the verbs as they are; jepsen-tests tries it in a real shell. */
  @Test
  void everyVerbAndOptionIsCompleted() {
    assertThat(run("completion", "zsh")).isEqualTo(ExitStatus.DONE);
    List<CommandLine> all = verbs(Main.withAllVerbs(new Console(out, err, false, false))).toList();
    assertThat(all).hasSizeGreaterThan(25);
    for (CommandLine verb : all) {
      String words = verb.getCommandSpec().qualifiedName().replaceFirst("balsa ", "");
      assertThat(out()).contains("=(" + words + ")");
      verb.getCommandSpec().options().stream().filter(option -> !option.hidden())
          .forEach(option -> assertThat(out()).as(words).contains("'" + option.longestName() + "'"));
    }
  }

  @Test
  void anOutputThatCannotBeWrittenIsAFailure() {
    OutputStream full = new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException("No space left on device");
      }
    };
    for (String words : List.of("completion", "--help", "--version", "get --help", "help lock")) {
      err.reset();
      assertThat(Main.run(new Console(full, err, false, false), words.split(" "))).as(words)
          .isEqualTo(ExitStatus.REFUSED);
      assertThat(err()).as(words).isEqualTo("balsa: cannot write standard output: No space left on device\n");
    }
  }
}
