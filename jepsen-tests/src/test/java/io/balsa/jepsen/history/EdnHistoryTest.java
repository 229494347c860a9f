package io.balsa.jepsen.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EdnHistoryTest {
  private static final List<Operation> REGISTERS = List.of(
      new Operation(1, "n2", "read", List.of(7L), 5L, 20, 30, Completion.OK, null),
      new Operation(0, "n1", "write", List.of(7L, 5L), null, 10, 25, Completion.OK, null),
      new Operation(0, "n1", "cas", List.of(7L, 4L, 6L), false, 25, 40, Completion.OK, null),
      new Operation(1, "n2", "cas", List.of(7L, 5L, 6L), true, 31, 41, Completion.OK, null),
      new Operation(2, "n3", "read", List.of(8L), null, 42, 50, Completion.FAILED, "no \"leader\""),
      new Operation(2, "n3", "write", List.of(8L, 9L), null, 51, 60, Completion.UNKNOWN, "time is up"));

  @TempDir
  private Path directory;

  private List<String> lines(List<Operation> history, EdnShape shape) throws IOException {
    Path file = directory.resolve("history.edn");
    EdnHistory.write(file, history, shape);
    return Files.readAllLines(file);
  }

  @Test
  void registersByTheirKeys() throws IOException {
    assertThat(EdnShape.of(REGISTERS)).isEqualTo(EdnShape.REGISTERS);
    assertThat(lines(REGISTERS, EdnShape.REGISTERS)).containsExactly(
        "{:index 0, :time 10, :process 0, :type :invoke, :f :write, :value [7 5], :node \"n1\"}",
        "{:index 1, :time 20, :process 1, :type :invoke, :f :read, :value [7 nil], :node \"n2\"}",
        "{:index 2, :time 25, :process 0, :type :ok, :f :write, :value [7 5], :node \"n1\"}",
        "{:index 3, :time 25, :process 0, :type :invoke, :f :cas, :value [7 [4 6]], :node \"n1\"}",
        "{:index 4, :time 30, :process 1, :type :ok, :f :read, :value [7 5], :node \"n2\"}",
        "{:index 5, :time 31, :process 1, :type :invoke, :f :cas, :value [7 [5 6]], :node \"n2\"}",
        "{:index 6, :time 40, :process 0, :type :fail, :f :cas, :value [7 [4 6]], :node \"n1\"}",
        "{:index 7, :time 41, :process 1, :type :ok, :f :cas, :value [7 [5 6]], :node \"n2\"}",
        "{:index 8, :time 42, :process 2, :type :invoke, :f :read, :value [8 nil], :node \"n3\"}",
        "{:index 9, :time 50, :process 2, :type :fail, :f :read, :value [8 nil], :node \"n3\","
            + " :error \"no \\\"leader\\\"\"}",
        "{:index 10, :time 51, :process 2, :type :invoke, :f :write, :value [8 9], :node \"n3\"}",
        "{:index 11, :time 60, :process 2, :type :info, :f :write, :value [8 9], :node \"n3\","
            + " :error \"time is up\"}");
  }

  @Test
  void transactions() throws IOException {
    List<Operation> history = List.of(
        new Operation(0, "any", "txn", List.of(Arrays.asList("r", "x", null), List.of("append", "x", 3L)),
            List.of(List.of("r", "x", List.of(1L, 2L)), List.of("append", "x", 3L)), 0, 9, Completion.OK, null),
        new Operation(1, "any", "txn", List.of(Arrays.asList("r", "x", null)), null, 10, 12, Completion.UNKNOWN, null));
    assertThat(EdnShape.of(history)).isEqualTo(EdnShape.TRANSACTIONS);
    assertThat(lines(history, EdnShape.TRANSACTIONS)).containsExactly(
        "{:index 0, :time 0, :process 0, :type :invoke, :f :txn, :value [[:r \"x\" nil] [:append \"x\" 3]],"
            + " :node \"any\"}",
        "{:index 1, :time 9, :process 0, :type :ok, :f :txn, :value [[:r \"x\" [1 2]] [:append \"x\" 3]],"
            + " :node \"any\"}",
        "{:index 2, :time 10, :process 1, :type :invoke, :f :txn, :value [[:r \"x\" nil]], :node \"any\"}",
        "{:index 3, :time 12, :process 1, :type :info, :f :txn, :value [[:r \"x\" nil]], :node \"any\"}");
  }

  @Test
  void anythingElse() throws IOException {
    List<Operation> history = List.of(new Operation(0, "any", "add", 3L, null, 0, 1, Completion.OK, null),
        new Operation(0, "any", "read", null, List.of(3L), 2, 3, Completion.OK, null),
        new Operation(0, "any", "transfer", Map.of("amount", 5L), true, 4, 5, Completion.OK, null));
    assertThat(EdnShape.of(history)).isEqualTo(EdnShape.PLAIN);
    assertThat(lines(history, EdnShape.PLAIN)).map(line -> line.replaceAll(".*:f|, :node.*", "")).containsExactly(
        " :add, :value 3", " :add, :value 3", " :read, :value nil", " :read, :value [3]",
        " :transfer, :value {\"amount\" 5}", " :transfer, :value true");
  }

  /** What meets at one moment overlaps, but no process does two things at once, however short they are. */
  @Test
  void eventsOfOneMoment() {
    List<Operation> history = List.of(operation(0, 0, 5), operation(0, 5, 5), operation(0, 5, 5), operation(0, 5, 9),
        operation(1, 5, 7), operation(2, 1, 5));
    List<Event> events = Event.of(history);
    assertThat(events).hasSize(2 * history.size()).isSortedAccordingTo((a, b) -> Long.compare(a.time(), b.time()));
    Set<Integer> busy = new HashSet<>();
    for (Event event : events) {
      Integer process = event.operation().process();
      if (event.begin()) {
        assertThat(busy.add(process)).isTrue();
      } else {
        assertThat(busy.remove(process)).isTrue();
      }
    }
    int begin = events.indexOf(new Event(history.get(4), true));
    assertThat(begin).isLessThan(events.indexOf(new Event(history.get(5), false)))
        .isLessThan(events.indexOf(new Event(history.get(0), false)));
  }

  private static Operation operation(int process, long invoked, long completed) {
    return new Operation(process, "any", "add", invoked, null, invoked, completed, Completion.OK, null);
  }

  @Test
  void allShapesOfOneHistory() throws IOException {
    HistoryFiles.write(directory.resolve("run"), REGISTERS);
    assertThat(HistoryFile.read(directory.resolve("run/history.jsonl"))).isEqualTo(REGISTERS);
    assertThat(directory.resolve("run/history.edn")).exists();
    assertThat(Files.readAllLines(directory.resolve("run/knossos/001.edn"))).containsExactly(
        "{:index 0, :time 40, :process 1000000, :type :invoke, :f :write, :value :none, :node \"any\"}",
        "{:index 1, :time 41, :process 1000000, :type :ok, :f :write, :value :none, :node \"any\"}",
        "{:index 2, :time 42, :process 2, :type :invoke, :f :read, :value nil, :node \"n3\"}",
        "{:index 3, :time 50, :process 2, :type :fail, :f :read, :value nil, :node \"n3\","
            + " :error \"no \\\"leader\\\"\"}",
        "{:index 4, :time 51, :process 2, :type :invoke, :f :write, :value 9, :node \"n3\"}",
        "{:index 5, :time 60, :process 2, :type :info, :f :write, :value 9, :node \"n3\", :error \"time is up\"}");
    assertThat(directory.resolve("run/porcupine/etcd_000.log")).hasContent("""
        INFO  jepsen.util - 0\t:invoke\t:write\t5
        INFO  jepsen.util - 1\t:invoke\t:read\tnil
        INFO  jepsen.util - 0\t:ok\t:write\t5
        INFO  jepsen.util - 0\t:invoke\t:cas\t[4 6]
        INFO  jepsen.util - 1\t:ok\t:read\t5
        INFO  jepsen.util - 1\t:invoke\t:cas\t[5 6]
        INFO  jepsen.util - 0\t:fail\t:cas\t[4 6]
        INFO  jepsen.util - 1\t:ok\t:cas\t[5 6]
        """);
    assertThat(directory.resolve("run/porcupine/etcd_001.log"))
        .hasContent("INFO  jepsen.util - 2\t:invoke\t:write\t9\n");
  }

  /** Knossos takes a nil that was read for what nobody knows: a key that got lost would pass. */
  @Test
  void thatAKeyIsNotThereIsAValueForKnossos() throws IOException {
    HistoryFiles.write(directory, List.of(
        new Operation(0, "n1", "write", List.of(7L, 1L), null, 5, 6, Completion.OK, null),
        new Operation(0, "n1", "read", List.of(7L), null, 7, 8, Completion.OK, null)));
    assertThat(Files.readAllLines(directory.resolve("knossos/000.edn"))).contains(
        "{:index 1, :time 4, :process 1000000, :type :ok, :f :write, :value :none, :node \"any\"}",
        "{:index 5, :time 8, :process 0, :type :ok, :f :read, :value :none, :node \"n1\"}");
    assertThat(directory.resolve("history.edn")).content().contains(":type :ok, :f :read, :value [7 nil]");
  }

  @Test
  void whatPorcupineCannotReadIsNotWritten() throws IOException {
    List<Operation> text = List.of(
        new Operation(0, "n1", "read", List.of(7L), "text", 0, 1, Completion.OK, null),
        new Operation(0, "n1", "cas", Arrays.asList(8L, null, 1L), true, 2, 3, Completion.OK, null));
    HistoryFiles.write(directory, text);
    assertThat(directory.resolve("knossos/000.edn")).exists();
    assertThat(directory.resolve("knossos/001.edn")).content().contains(":value [:none 1]");
    assertThat(directory.resolve("porcupine")).isEmptyDirectory();
  }
}
