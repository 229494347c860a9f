package io.balsa.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.balsa.client.cluster.MemberInfo;
import io.balsa.client.cluster.MemberProgress;
import io.balsa.client.cluster.NodeStatus;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code balsa member list}. */
@Command(name = "list", description = {"Tells who is a member, where, and how far behind the leader.",
    "'balsa status' asks each of them how it is."})
final class MemberListVerb implements Callable<Integer> {
  private final Console console;

  @Mixin
  private final ClientOptions client = new ClientOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  MemberListVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (ClusterView view = new ClusterView(client.endpoints(), client.timeout())) {
      MemberStatuses statuses = MemberStatuses.of(view, client.endpoints());
      String leader = statuses.leader().map(NodeStatus::id).orElse("");
      List<MemberInfo> members = leader.isEmpty() ? view.members() : view.membersAt(statuses.addressOf(leader));
      if (members.isEmpty()) {
        throw VerbFailure.unavailable(statuses.whyNoQuorum());
      }
      if (leader.isEmpty()) {
        console.note("balsa: no leader is known: these are the members as one of them knows them");
      }
      if (output.json()) {
        json(members, leader);
      } else {
        table(members, leader);
      }
      return ExitStatus.DONE;
    }
  }

  private void table(List<MemberInfo> members, String leader) {
    Table table = new Table("ID", "KIND", "PEER ADDRESS", "CLIENT ADDRESS", "ZONE", ">PRIORITY", ">LAG", "STATE");
    for (MemberInfo member : members) {
      String lag = member.progress().map(progress -> Numbers.grouped(progress.lag())).orElse("-");
      table.row(member.id(), kind(member), member.peerAddress(), member.clientAddress(),
          member.zone().isEmpty() ? "-" : member.zone(), Integer.toString(member.priority()), lag,
          state(member, leader));
    }
    table.lines("").forEach(console::println);
  }

  static String kind(MemberInfo member) {
    return member.isReserved() ? "reserved" : member.voter() ? "voter" : "learner";
  }

  private static String state(MemberInfo member, String leader) {
    if (member.isReserved()) {
      return "no node has come with this id yet";
    }
    if (member.id().equals(leader)) {
      return "leads";
    }
    MemberProgress progress = member.progress().orElse(null);
    if (progress == null) {
      return "-";
    }
    if (progress.forgot()) {
      return "lost what it had acknowledged";
    }
    return progress.heard() ? "heard" : "silent";
  }

  private void json(List<MemberInfo> members, String leader) {
    Json.document(console, json -> {
      json.writeStartObject();
      json.writeArrayFieldStart("members");
      for (MemberInfo member : members) {
        json.writeStartObject();
        fields(json, member);
        json.writeBooleanField("leader", member.id().equals(leader));
        MemberProgress progress = member.progress().orElse(null);
        if (progress != null) {
          json.writeNumberField("matchIndex", progress.matchIndex());
          json.writeNumberField("lag", progress.lag());
          json.writeBooleanField("heard", progress.heard());
          json.writeBooleanField("forgot", progress.forgot());
        }
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    });
  }

  private static void fields(JsonGenerator json, MemberInfo member) throws IOException {
    json.writeStringField("id", member.id());
    json.writeStringField("kind", kind(member));
    json.writeStringField("incarnation", HexFormat.of().toHexDigits(member.incarnation()));
    json.writeStringField("peerAddress", member.peerAddress());
    json.writeStringField("clientAddress", member.clientAddress());
    Json.textOrNull(json, "zone", member.zone());
    json.writeNumberField("priority", member.priority());
  }
}
