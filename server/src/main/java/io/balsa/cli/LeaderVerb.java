package io.balsa.cli;

import io.balsa.client.cluster.NodeStatus;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code balsa leader} and {@code balsa leader transfer [N]}. */
@Command(name = "leader", description = {"Tells who leads.",
    "With 'transfer' it hands leadership to node N, or to the most advanced other one."})
final class LeaderVerb implements Callable<Integer> {
  private static final String TRANSFER = "transfer";

  private final Console console;

  @Mixin
  private final ClientOptions client = new ClientOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Parameters(index = "0", arity = "0..1", paramLabel = "transfer", defaultValue = "",
      completionCandidates = Actions.class,
      description = "Hand leadership over.")
  private String action = "";

  @Parameters(index = "1", arity = "0..1", paramLabel = "N", defaultValue = "", description = "To this node.")
  private String target = "";

  LeaderVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (!action.isEmpty() && !action.equals(TRANSFER)) {
      throw VerbFailure.usage("'" + action + "' is not known; it is 'leader' or 'leader transfer [N]'");
    }
    try (ClusterView view = new ClusterView(client.endpoints(), client.timeout())) {
      MemberStatuses statuses = MemberStatuses.of(view, client.endpoints());
      NodeStatus leader = statuses.leader().orElseThrow(() -> VerbFailure.unavailable(statuses.whyNoQuorum()));
      tell(statuses, action.isEmpty() ? leader.id() : view.transfer(target));
      return ExitStatus.DONE;
    }
  }

  /** For the completion of shells. */
  static final class Actions implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of(TRANSFER).iterator();
    }
  }

  private void tell(MemberStatuses statuses, String id) {
    if (output.json()) {
      Json.document(console, json -> {
        json.writeStartObject();
        json.writeStringField("leaderId", id);
        json.writeStringField("address", statuses.addressOf(id));
        json.writeEndObject();
      });
    } else {
      console.println(id + "  " + statuses.addressOf(id));
    }
  }
}
