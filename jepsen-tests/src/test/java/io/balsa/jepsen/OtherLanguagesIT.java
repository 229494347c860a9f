package io.balsa.jepsen;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import io.balsa.junit.BalsaCluster;
import io.balsa.junit.OfCluster;
import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import io.balsa.jepsen.raw.RawNode;
import io.balsa.jepsen.raw.RawStream;
import io.balsa.jepsen.raw.ReflectedNode;
import io.balsa.proto.v1.ClientFrame;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.StreamRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients that are no SDK: what they know they have asked the node for, and each numbers its unary calls itself. It is the same exactly
 * once, and the same errors, as the SDK's stream has.
 */
@Timeout(180)
@BalsaCluster
class OtherLanguagesIT {
  private static final Path PAGE = Path.of("..", "docs", "guide", "other-languages.md");
  private static final Pattern COMMAND = Pattern
      .compile("grpcurl -plaintext -d '(.+)' 127\\.0\\.0\\.1:7101 (\\S+)\n# (.+)\n");
  private static final String INCR = "balsa.v1.Kv/Incr";
  private static final Duration MOST = Duration.ofMinutes(1);
  /** After these a numbered call is made again. */
  private static final Set<String> REPEAT = Set.of("NOT_LEADER", "NO_LEADER", "STOPPING", "OVERLOADED",
      "OUTCOME_UNKNOWN");

  @OfCluster
  private static RealCluster cluster;

  /** What the guide tells people to type, and what it says that they will see. */
  @Test
  void theCommandsOfTheGuideDoWhatItSays() throws IOException {
    try (ReflectedNode node = ReflectedNode.connect(cluster.awaitLeader().address())) {
      long session = 0;
      int commands = 0;
      Matcher command = COMMAND.matcher(Files.readString(PAGE));
      while (command.find()) {
        String request = command.group(1).replace("$SESSION", "\"" + session + "\"");
        String expected = command.group(3);
        if (expected.startsWith("{")) {
          DynamicMessage answer = node.call(command.group(2), request);
          assertThat(ReflectedNode.contains(answer, expected)).as("%s: %s", command.group(), answer).isTrue();
          session = command.group(2).endsWith("/Open") ? ReflectedNode.number(answer, "session_id") : session;
        } else {
          StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class,
              () -> node.call(command.group(2), request));
          assertThat(refusal).as(command.group()).isNotNull();
          assertThat(refusal.getStatus().getCode() + " " + RawNode.reason(refusal)).as(command.group())
              .isEqualTo(expected);
        }
        commands++;
      }
      assertThat(commands).isEqualTo(9);
    }
  }

  /** The same pair gets its first reply, also from a leader that was none when it was applied. */
  @Test
  void jetcd1444_etcd12020_whatIsRepeatedAfterAKillIsCountedOnce() {
    int calls = 200;
    Numbered client = new Numbered();
    try (client) {
      long first = client.incr(1, 0);
      assertThat(first).isEqualTo(1);
      for (long sequence = 2; sequence <= calls; sequence++) {
        if (sequence == calls / 2) {
          cluster.awaitLeader().kill(); // and nobody tells the client
        }
        assertThat(client.incr(sequence, 0)).as("call %s", sequence).isEqualTo(sequence);
      }
      assertThat(client.broken).as("calls that the kill left without an answer").isPositive();
      assertThat(client.incr(1, 0)).as("the reply that another leader gave").isEqualTo(1);
      assertThat(client.incr(calls, 0)).isEqualTo(calls);
      for (ServerProcess node : cluster.nodes()) {
        if (!node.isAlive()) {
          node.start();
        }
      }
      cluster.awaitReady();
      assertThat(client.incr(calls + 1, calls + 1)).isEqualTo(calls + 1);
    }
  }

  /** A client that finds the leader by itself and makes a call until it is answered. */
  private static final class Numbered implements AutoCloseable {
    private ReflectedNode node = ReflectedNode.connect(cluster.nodes().getFirst().address());
    private final long session;
    private int turn;
    private int broken;

    Numbered() {
      session = ReflectedNode.number(call("balsa.v1.Session/Open", "{\"ttlMillis\": 60000}"), "session_id");
    }

    long incr(long sequence, long lowestAwaited) {
      return ReflectedNode.number(call(INCR, count("killed", session, sequence, lowestAwaited)), "value");
    }

    private DynamicMessage call(String method, String request) {
      return Await.present(MOST, () -> attempt(method, request), cluster::describe);
    }

    private Optional<DynamicMessage> attempt(String method, String request) {
      try {
        return Optional.of(node.call(method, request));
      } catch (RuntimeException e) {
        StatusRuntimeException refusal = status(e);
        String reason = RawNode.reason(refusal);
        if (reason.startsWith("none")) {
          broken++; // the connection, or the time
        } else {
          assertThat(REPEAT).as(refusal.getMessage()).contains(reason);
        }
        node.close();
        String leader = RawNode.details(refusal).getOrDefault("leader_address", "");
        turn++;
        node = ReflectedNode.connect(leader.isEmpty()
            ? cluster.nodes().get(turn % cluster.nodes().size()).address()
            : leader);
        return Optional.empty();
      }
    }

    /** To learn what there is takes a call, too, which may break. */
    private static StatusRuntimeException status(RuntimeException e) {
      return switch (e) {
        case StatusRuntimeException status -> status;
        case RuntimeException other when other.getCause() instanceof StatusRuntimeException status -> status;
        default -> throw e;
      };
    }

    @Override
    public void close() {
      node.close();
    }
  }

  private static String count(String key, long session, long sequence, long lowestAwaited) {
    return """
        {"key": "%s", "delta": 1, "session": {"sessionId": "%d", "sequence": "%d", "lowestAwaited": "%d"}}"""
        .formatted(Base64.getEncoder().encodeToString(key.getBytes(UTF_8)), session, sequence, lowestAwaited);
  }

  @Test
  void anErrorIsTheSameAsOnAStream() {
    ServerProcess leader = cluster.awaitLeader();
    Map<String, String> unary = new TreeMap<>();
    Map<String, String> streamed = new TreeMap<>();
    try (RawNode raw = RawNode.connect(leader); ReflectedNode node = ReflectedNode.connect(leader.address())) {
      long session = raw.open(Duration.ofMinutes(1));
      long never = session + 1_000_000;
      for (int sequence = 1; sequence <= 3; sequence++) {
        node.call(INCR, count("n", session, sequence, sequence));
      }
      unary.put("acknowledged", refusal(node, count("n", session, 1, 0)));
      unary.put("a gap", refusal(node, count("n", session, 9, 0)));
      unary.put("no session", refusal(node, count("n", never, 1, 0)));
      node.call("balsa.v1.Kv/Put", """
          {"key": "dGV4dA==", "value": "dGV4dA==", "session": {"sessionId": "%d", "sequence": 4}}"""
          .formatted(session));
      unary.put("no number", refusal(node, count("text", session, 5, 0)));

      try (RawStream stream = RawStream.open(raw, session, 1)) {
        assertThat(stream.awaitReady()).isEqualTo(5);
        stream.feed(List.of(incr(1, "n"), incr(6, "text")).iterator());
        stream.awaitReplies(2);
        streamed.put("acknowledged", told(stream.replies().get(1L).getError()));
        streamed.put("no number", told(stream.replies().get(6L).getError()));
        stream.feed(List.of(incr(9, "n")).iterator());
        streamed.put("a gap", told(stream.awaitEnd().getError()));
      }
      try (RawStream stream = RawStream.open(raw, never, 1)) {
        streamed.put("no session", told(stream.awaitEnd().getError()));
      }
      assertThat(unary).isEqualTo(streamed).isEqualTo(Map.of("acknowledged", "FAILED_PRECONDITION REPLY_DROPPED",
          "a gap", "FAILED_PRECONDITION WRONG_SEQUENCE", "no session", "FAILED_PRECONDITION SESSION_EXPIRED",
          "no number",
          "FAILED_PRECONDITION NOT_A_NUMBER"));
    }
  }

  private static StreamRequest incr(long sequence, String key) {
    return StreamRequest.newBuilder().setSequence(sequence)
        .setIncr(IncrRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).setDelta(1)).build();
  }

  private static String refusal(ReflectedNode node, String request) {
    StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, () -> node.call(INCR, request));
    assertThat(refusal).as(request).isNotNull();
    assertThat(refusal.getStatus().getDescription()).isNotBlank();
    return refusal.getStatus().getCode() + " " + RawNode.reason(refusal);
  }

  private static String told(io.balsa.proto.v1.Error error) {
    return Status.fromCodeValue(error.getCode()).getCode() + " " + error.getReason();
  }

  /** The names that the guide's program uses are those of the services. */
  @Test
  void theProgramOfTheGuideNamesWhatIsThere() throws IOException {
    String page = Files.readString(PAGE);
    String program = page.substring(page.indexOf("```python"), page.lastIndexOf("```"));
    Matcher names = Pattern.compile("(?:kv|session|common)_pb2\\.(\\w+)\\(([^)]*)\\)").matcher(program);
    var messages = ClientFrame.getDescriptor().getFile();
    int found = 0;
    while (names.find()) {
      String name = names.group(1);
      var message = Optional.ofNullable(messages.findMessageTypeByName(name))
          .or(() -> Optional.ofNullable(IncrRequest.getDescriptor().getFile().findMessageTypeByName(name)))
          .or(() -> Optional.ofNullable(IncrRequest.getDescriptor().findFieldByName("session").getMessageType())
              .filter(context -> context.getName().equals(name)));
      assertThat(message).as(name).isPresent();
      Matcher fields = Pattern.compile("(\\w+)=").matcher(names.group(2));
      while (fields.find()) {
        assertThat(message.orElseThrow().findFieldByName(fields.group(1))).as("%s.%s", name, fields.group(1))
            .isNotNull();
      }
      found++;
    }
    assertThat(found).isEqualTo(6);
    assertThat(program).contains("session_pb2_grpc.SessionStub", "kv_pb2_grpc.KvStub", "\"leader_address\"");
    REPEAT.forEach(reason -> assertThat(program).contains('"' + reason + '"'));
  }
}
