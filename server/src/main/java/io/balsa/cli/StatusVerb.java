package io.balsa.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.balsa.client.cluster.MemberInfo;
import io.balsa.client.cluster.NodeStatus;
import io.balsa.client.cluster.StateHash;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code balsa status}. */
@Command(name = "status", description = {"Tells how every member is, reachable or not.",
    "Ends with 0 when a quorum answers and a leader is known, else with 3."})
final class StatusVerb implements Callable<Integer> {
  /** In a cell: not known, or there is none. */
  private static final String NONE = "-";

  private final Console console;

  @Mixin
  private final ClientOptions client = new ClientOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Option(names = "--hash",
      description = "Compares the state of all nodes: its hash right after one and the same index.")
  private boolean hash;

  StatusVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (ClusterView view = new ClusterView(client.endpoints(), client.timeout())) {
      MemberStatuses statuses = MemberStatuses.of(view, client.endpoints());
      Map<String, StateHash> hashes = hash ? StateHashes.atOneIndex(view, statuses.reachableAddresses(),
          client.timeout()) : new TreeMap<>();
      if (output.json()) {
        json(statuses, hashes);
      } else {
        table(statuses, hashes);
      }
      if (!statuses.hasQuorum()) {
        console.flush();
        throw VerbFailure.unavailable(statuses.whyNoQuorum());
      }
      if (StateHashes.differ(hashes.values())) {
        console.flush();
        throw VerbFailure.refused("the states differ: at least one node is corrupt; stop it and keep its directory");
      }
      return ExitStatus.DONE;
    }
  }

  private void table(MemberStatuses statuses, Map<String, StateHash> hashes) {
    boolean zones = statuses.rows().stream().anyMatch(row -> !zone(row).equals(NONE));
    List<String> head = new ArrayList<>(
        List.of("ID", "ADDRESS", "ROLE", ">TERM", ">REVISION", ">COMMIT", ">APPLIED", ">PID"));
    head.addAll(hash ? List.of(">AT INDEX", "STATE HASH") : List.of("VERSION"));
    if (zones) {
      head.add("ZONE");
    }
    head.add("HEALTH");
    Table table = new Table(head.toArray(String[]::new));
    for (MemberStatuses.Row row : statuses.rows()) {
      List<String> cells = cells(row, hashes.get(row.address()));
      if (zones) {
        cells.add(zone(row));
      }
      cells.add(row.health());
      table.row(cells.toArray(String[]::new));
    }
    table.lines("").forEach(console::println);
  }

  private List<String> cells(MemberStatuses.Row row, @Nullable StateHash hashed) {
    List<String> cells = new ArrayList<>(List.of(row.id().isEmpty() ? "?" : row.id(), row.address()));
    NodeStatus status = row.status();
    if (status == null) {
      cells.addAll(Collections.nCopies(hash ? 8 : 7, NONE));
      return cells;
    }
    cells.addAll(List.of(role(status), Long.toString(status.term()), Long.toString(status.revision()),
        Long.toString(status.commitIndex()), Long.toString(status.appliedIndex()), Long.toString(status.pid())));
    if (hash) {
      cells.add(hashed == null ? NONE : Long.toString(hashed.appliedIndex()));
      cells.add(hashed == null ? NONE : HexFormat.of().toHexDigits(hashed.hash()));
    } else {
      cells.add(status.version());
    }
    return cells;
  }

  private static String zone(MemberStatuses.Row row) {
    MemberInfo member = row.member();
    return member == null || member.zone().isEmpty() ? NONE : member.zone();
  }

  /** leader, follower, preCandidate, candidate, learner; none while it starts. */
  private static String role(NodeStatus status) {
    return switch (status.role()) {
      case "PRE_CANDIDATE" -> "preCandidate";
      case "ROLE_UNSPECIFIED" -> "none";
      default -> status.role().toLowerCase(Locale.ROOT);
    };
  }

  private void json(MemberStatuses statuses, Map<String, StateHash> hashes) {
    Json.document(console, json -> {
      json.writeStartObject();
      json.writeArrayFieldStart("members");
      for (MemberStatuses.Row row : statuses.rows()) {
        member(json, row, hashes.get(row.address()));
      }
      json.writeEndArray();
      json.writeEndObject();
    });
  }

  private void member(JsonGenerator json, MemberStatuses.Row row, @Nullable StateHash hashed) throws IOException {
    NodeStatus status = row.status();
    json.writeStartObject();
    Json.textOrNull(json, "id", row.id());
    json.writeStringField("address", row.address());
    if (status == null) {
      for (String field : List.of("role", "term", "leaderId", "revision", "commitIndex", "appliedIndex", "pid",
          "version")) {
        json.writeNullField(field);
      }
    } else {
      json.writeStringField("role", role(status));
      json.writeNumberField("term", status.term());
      Json.textOrNull(json, "leaderId", status.leaderId());
      json.writeNumberField("revision", status.revision());
      json.writeNumberField("commitIndex", status.commitIndex());
      json.writeNumberField("appliedIndex", status.appliedIndex());
      json.writeNumberField("pid", status.pid());
      json.writeStringField("version", status.version());
    }
    MemberInfo member = row.member();
    if (member != null) {
      json.writeStringField("kind", MemberListVerb.kind(member));
      Json.textOrNull(json, "zone", member.zone());
      json.writeNumberField("priority", member.priority());
    }
    json.writeBooleanField("healthy", row.healthy());
    if (!row.healthy()) {
      json.writeStringField("problem", row.health());
    }
    if (hashed != null) {
      json.writeNumberField("hashIndex", hashed.appliedIndex());
      json.writeStringField("stateHash", HexFormat.of().toHexDigits(hashed.hash()));
    }
    json.writeEndObject();
  }
}
