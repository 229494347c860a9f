package io.balsa.raft.scenario;

import io.balsa.raft.action.Role;
import io.balsa.raft.core.RaftConfig;
import io.balsa.raft.input.ChangeMembership;
import io.balsa.raft.input.CheckTimers;
import io.balsa.raft.input.LogResetForgotten;
import io.balsa.raft.input.PeerDown;
import io.balsa.raft.input.PeerUp;
import io.balsa.raft.input.Proposal;
import io.balsa.raft.input.Propose;
import io.balsa.raft.input.Read;
import io.balsa.raft.input.Receive;
import io.balsa.raft.input.Tick;
import io.balsa.raft.input.TransferLeadership;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.MembershipChange;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Message;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The commands of a story. Nodes are numbers; a list of them may stand where one does ({@code 1,2}), {@code all} is every node
 * that is up. Nothing happens by itself: messages wait until they are delivered, syncs until they are persisted, and a node's
 * clock stands still until it is ticked.
 *
 * <pre>
 * add-nodes 3                      nodes with empty logs; heartbeat 100 ms, election timeout 1,000-1,500 ms
 * add-nodes 3 term=7 log2=1,1,4    node 2 starts with a log of these terms, all of them in term 7
 * add-nodes 3 append-max=1         at most one entry in an AppendEntries
 * campaign 1                       ticks node 1 until it is a pre-candidate
 * tick 1,2 500                     lets so many milliseconds pass, in steps of 50
 * deliver [to=1] [from=2] [drop=3] delivers what is on the wire now, once; what goes to or comes from a dropped node is lost
 * drop [to=1] [from=2]             loses what is on the wire
 * duplicate                        doubles what is on the wire
 * persist 1 [count]                completes the node's outstanding syncs, or only the oldest ones
 * stabilize [1,2]                  delivers and persists among these until nothing is left to do
 * quietly ...                      the same without its answer, where the story is elsewhere
 * compact 1 5                      node 1's log lets go of everything up to 5
 * damage 3 | checked 1             the next snapshot that node 3 has received is not what was sent; node 1 finds its own copy whole
 * install 1 | forget-reset 1       its state machine has become the snapshot that it received; has forgotten the reset of its log
 * spare 4                          one more node, which is no member; it begins with what the others began with
 * add 1 4 | add 1 4 reserved | bind 1 4 | promote 1 4 | remove 1 4   leader 1 is to change the membership; nodes come as they are
 * remove 1 4 incarnation=9         that very incarnation
 * lose 4 14 | forget 4 3           node 4 goes down: its directory is lost, and it restarts as incarnation 14; its disk forgets
 *                                  what it had confirmed after entry 3
 * members                          the newest and the newest committed configuration of each
 * propose 1 x | read 1 7 | transfer 1 2 | peer-down 2 1 | peer-up 2 1 | crash 1 | restart 1 | status
 * </pre>
 */
final class ScenarioCluster {
  private record InFlight(NodeId from, long fromIncarnation, NodeId to, long toIncarnation, Message message) {
  }

  private static final String QUIETLY = "quietly ";
  private static final int STEP_MILLIS = 50;
  private static final int ROUNDS_MAX = 100;

  private final Map<NodeId, ScenarioNode> nodes = new TreeMap<>();
  private Configuration first = Configuration.EMPTY;
  private final List<InFlight> wire = new ArrayList<>();
  private final List<String> out = new ArrayList<>();

  /** @return what was said, line by line */
  List<String> run(String command) {
    out.clear();
    if (command.startsWith(QUIETLY)) {
      run(command.substring(QUIETLY.length()));
      return List.of("ok");
    }
    String[] words = command.split(" +", -1);
    String[] arguments = Arrays.copyOfRange(words, 1, words.length);
    switch (words[0]) {
      case "add-nodes" -> addNodes(arguments);
      case "campaign" -> campaign(node(arguments[0]));
      case "tick" -> nodes(arguments[0]).forEach(node -> tick(node, Integer.parseInt(arguments[1])));
      case "deliver" -> deliver(arguments);
      case "drop" -> drop(arguments);
      case "duplicate" -> wire.addAll(List.copyOf(wire));
      case "persist" -> nodes(arguments[0])
          .forEach(node -> node.persist(arguments.length > 1 ? Integer.parseInt(arguments[1]) : Integer.MAX_VALUE));
      case "stabilize" -> stabilize(arguments.length == 0 ? nodes("all") : nodes(arguments[0]));
      case "propose" -> node(arguments[0])
          .step(new Propose(List.of(new Proposal(EntryType.COMMAND, bytes(arguments[1])))));
      case "read" -> node(arguments[0]).step(new Read(List.of(Long.parseLong(arguments[1]))));
      case "transfer" -> node(arguments[0]).step(new TransferLeadership(new NodeId(arguments[1])));
      case "peer-down" -> node(arguments[0]).step(new PeerDown(new NodeId(arguments[1])));
      case "peer-up" -> node(arguments[0]).step(new PeerUp(new NodeId(arguments[1])));
      case "compact" -> node(arguments[0]).compact(Long.parseLong(arguments[1]));
      case "damage" -> node(arguments[0]).damage();
      case "checked" -> node(arguments[0]).checked();
      case "install" -> node(arguments[0]).install();
      case "forget-reset" -> node(arguments[0]).step(new LogResetForgotten());
      case "crash" -> node(arguments[0]).crash();
      case "restart" -> node(arguments[0]).start();
      case "spare" -> addNode(Integer.parseInt(arguments[0]), config(4_096), HardState.INITIAL, List.of());
      case "add", "bind", "promote", "remove" ->
        node(arguments[0]).step(new ChangeMembership(change(words[0], node(arguments[1]), arguments)));
      case "lose" -> node(arguments[0]).lose(Long.parseLong(arguments[1]));
      case "forget" -> node(arguments[0]).forget(Integer.parseInt(arguments[1]));
      case "members" -> nodes.values().forEach(node -> out.add(node.members()));
      case "status" -> nodes.values().forEach(node -> out.add(node.status()));
      default -> throw new IllegalArgumentException("no such command: " + command);
    }
    return out.isEmpty() ? List.of("ok") : List.copyOf(out);
  }

  private static Bytes bytes(String text) {
    return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private ScenarioNode node(String name) {
    ScenarioNode node = nodes.get(new NodeId(name));
    if (node == null) {
      throw new IllegalArgumentException("no node " + name);
    }
    return node;
  }

  private List<ScenarioNode> nodes(String names) {
    if (names.equals("all")) {
      return nodes.values().stream().filter(ScenarioNode::isUp).toList();
    }
    return Arrays.stream(names.split(",", -1)).map(this::node).toList();
  }

  private void addNodes(String[] arguments) {
    int count = Integer.parseInt(arguments[0]);
    Map<String, String> options = new TreeMap<>();
    for (int i = 1; i < arguments.length; i++) {
      String[] pair = arguments[i].split("=", -1);
      options.put(pair[0], pair[1]);
    }
    RaftConfig config = config(Integer.parseInt(options.getOrDefault("append-max", "4096")));
    long term = Long.parseLong(options.getOrDefault("term", "0"));
    List<Member> members = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      members.add(new Member(new NodeId(String.valueOf(i)), i, true, "peer", "client"));
    }
    first = new Configuration(members);
    for (int i = 1; i <= count; i++) {
      List<Entry> log = new ArrayList<>();
      for (String entryTerm : options.getOrDefault("log" + i, "").split(",", -1)) {
        if (!entryTerm.isEmpty()) {
          log.add(new Entry(EntryType.COMMAND, Long.parseLong(entryTerm), log.size() + 1, 0, bytes("old")));
        }
      }
      addNode(i, config, new HardState(term, null), log);
    }
  }

  private void addNode(int number, RaftConfig config, HardState hardState, List<Entry> log) {
    NodeId id = new NodeId(String.valueOf(number));
    nodes.put(id, new ScenarioNode(id, number, config, first, hardState, log, (to, incarnation, message) -> wire.add(
        new InFlight(id, node(id.value()).incarnation(), to, incarnation, message)), out::add));
  }

  private static MembershipChange change(String kind, ScenarioNode node, String[] arguments) {
    String option = arguments.length > 2 ? arguments[2] : "";
    return switch (kind) {
      case "add" -> new MembershipChange.AddLearner(new Member(node.id,
          option.equals("reserved") ? Member.RESERVED : node.incarnation(), false, "peer", "client"));
      case "bind" -> new MembershipChange.Bind(node.id, node.incarnation(), "peer", "client");
      case "promote" -> new MembershipChange.Promote(node.id);
      default -> new MembershipChange.Remove(node.id, option.isEmpty() ? node.incarnation()
          : Long.parseLong(option.substring(option.indexOf('=') + 1)));
    };
  }

  private static RaftConfig config(int appendEntriesMax) {
    RaftConfig base = RaftConfig.withTimeouts(Duration.ofMillis(100), Duration.ofMillis(1_000),
        Duration.ofMillis(1_500));
    return new RaftConfig(base.heartbeatIntervalNanos(), base.electionTimeoutMinNanos(), base.electionTimeoutMaxNanos(),
        base.fastElectionJitterNanos(), appendEntriesMax, base.appendBytesMax(), base.inflightMessagesMax(),
        base.inflightBytesMax(), base.clockStepMaxNanos(), base.clockIdleNanos(), 0);
  }

  private void campaign(ScenarioNode node) {
    for (int passed = 0; passed < 10_000; passed += STEP_MILLIS) {
      Role role = node.core().role();
      if (role == Role.PRE_CANDIDATE || role == Role.CANDIDATE || (passed > 0 && role == Role.LEADER)) {
        return;
      }
      tick(node, STEP_MILLIS);
    }
    throw new IllegalStateException(node.id + " does not stand");
  }

  private static void tick(ScenarioNode node, int millis) {
    for (int passed = 0; passed < millis; passed += STEP_MILLIS) {
      node.nowNanos += STEP_MILLIS * 1_000_000L;
      node.step(new Tick(node.nowNanos));
      node.step(new CheckTimers());
    }
  }

  private static Predicate<InFlight> selection(String[] arguments) {
    Predicate<InFlight> selected = message -> true;
    for (String argument : arguments) {
      List<String> names = List.of(argument.substring(argument.indexOf('=') + 1).split(",", -1));
      if (argument.startsWith("to=")) {
        selected = selected.and(message -> names.contains(message.to().value()));
      } else if (argument.startsWith("from=")) {
        selected = selected.and(message -> names.contains(message.from().value()));
      }
    }
    return selected;
  }

  private void deliver(String[] arguments) {
    List<String> dropped = Arrays.stream(arguments).filter(argument -> argument.startsWith("drop="))
        .flatMap(argument -> Arrays.stream(argument.substring(5).split(",", -1))).toList();
    List<InFlight> now = take(selection(arguments));
    for (InFlight message : now) {
      if (dropped.contains(message.to().value()) || dropped.contains(message.from().value())) {
        out.add("lost: " + describe(message));
      } else {
        deliver(message);
      }
    }
  }

  private void drop(String[] arguments) {
    take(selection(arguments)).forEach(message -> out.add("lost: " + describe(message)));
  }

  private List<InFlight> take(Predicate<InFlight> selected) {
    List<InFlight> taken = new ArrayList<>();
    for (Iterator<InFlight> rest = wire.iterator(); rest.hasNext();) {
      InFlight message = rest.next();
      if (selected.test(message)) {
        taken.add(message);
        rest.remove();
      }
    }
    return taken;
  }

  private static String describe(InFlight message) {
    return message.from() + "->" + message.to() + " " + ScenarioText.of(message.message());
  }

  private void deliver(InFlight message) {
    ScenarioNode receiver = node(message.to().value());
    if (!receiver.isUp() || receiver.incarnation() != message.toIncarnation()) {
      out.add("lost: " + describe(message));
      return;
    }
    out.add(describe(message));
    receiver.receive(new Receive(message.from(), message.fromIncarnation(), message.message()));
  }

  private void stabilize(List<ScenarioNode> among) {
    List<NodeId> ids = among.stream().map(node -> node.id).toList();
    for (int round = 0; round < ROUNDS_MAX; round++) {
      List<InFlight> now = take(message -> ids.contains(message.to()) && ids.contains(message.from()));
      now.forEach(this::deliver);
      boolean persisted = false;
      for (ScenarioNode node : among) {
        persisted |= node.isUp() && node.persist(Integer.MAX_VALUE);
      }
      if (now.isEmpty() && !persisted) {
        return;
      }
    }
    throw new IllegalStateException("not stable after " + ROUNDS_MAX + " rounds");
  }
}
