package io.balsa.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.balsa.client.lock.LockInfo;
import io.balsa.client.lock.LockMode;
import io.balsa.client.lock.LockRequestInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Locks for people and for programs. */
final class LockTexts {
  private static final int HOLDERS_SHOWN = 3;

  private LockTexts() {}

  /** One line a lock. */
  static List<String> table(List<LockInfo> locks) {
    Table table = new Table("LOCK", "MODE", ">HOLDERS", ">TOKEN", ">WAITING", "HELD BY");
    for (LockInfo lock : locks) {
      table.row(line(lock.name()), mode(lock.mode()), Integer.toString(lock.holders().size()),
          Long.toString(lock.holders().stream().mapToLong(LockRequestInfo::token).max().orElse(0)),
          Integer.toString(lock.queue().size()), holders(lock));
    }
    return table.lines("");
  }

  /** Who holds it, the first few of them. */
  static String holders(LockInfo lock) {
    return lock.holders().stream().limit(HOLDERS_SHOWN).map(LockTexts::owner).collect(Collectors.joining(", "))
        + (lock.holders().size() > HOLDERS_SHOWN ? ", ..." : "");
  }

  /** One lock with all who hold it and wait for it, these in their order. */
  static List<String> lines(LockInfo lock) {
    List<String> lines = new ArrayList<>();
    lines.add(line(lock.name()) + ", " + mode(lock.mode())
        + (lock.mode() == LockMode.SHARED && lock.permits() > 0 ? " by " + lock.permits() + " at most" : ""));
    Table table = new Table("", "OWNER", "MODE", ">TOKEN", ">SINCE", ">WAITS STILL", ">SESSION", ">REQUEST");
    for (LockRequestInfo holder : lock.holders()) {
      row(table, "holds", holder, "-");
    }
    int place = 0;
    for (LockRequestInfo waiter : lock.queue()) {
      place++;
      row(table, "waits " + place, waiter, waiter.waitLeft().map(Durations::text).orElse("on and on"));
    }
    lines.addAll(table.lines("  "));
    return lines;
  }

  private static void row(Table table, String what, LockRequestInfo request, String wait) {
    table.row(what, owner(request), mode(request.mode()), request.token() == 0 ? "-" : Long.toString(request.token()),
        Durations.text(request.since()), wait, Long.toString(request.sessionId()), Long.toString(request.sequence()));
  }

  static String owner(LockRequestInfo request) {
    return request.owner().isEmpty() ? "session " + request.sessionId() : line(request.owner());
  }

  static String line(String text) {
    return Text.line(Text.bytes(text, false), false);
  }

  static String mode(LockMode mode) {
    return mode.name().toLowerCase(Locale.ROOT);
  }

  /** All as one document. */
  static void json(Console console, List<LockInfo> locks) {
    Json.document(console, json -> {
      json.writeStartObject();
      json.writeArrayFieldStart("locks");
      for (LockInfo lock : locks) {
        write(json, lock);
      }
      json.writeEndArray();
      json.writeEndObject();
    });
  }

  /** One as a document. */
  static void json(Console console, LockInfo lock) {
    Json.document(console, json -> write(json, lock));
  }

  private static void write(JsonGenerator json, LockInfo lock) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", lock.name());
    json.writeStringField("mode", mode(lock.mode()));
    json.writeNumberField("permits", lock.permits());
    requests(json, "holders", lock.holders());
    requests(json, "queue", lock.queue());
    json.writeEndObject();
  }

  private static void requests(JsonGenerator json, String name, List<LockRequestInfo> requests) throws IOException {
    json.writeArrayFieldStart(name);
    for (LockRequestInfo request : requests) {
      json.writeStartObject();
      json.writeNumberField("session", request.sessionId());
      json.writeNumberField("sequence", request.sequence());
      json.writeStringField("owner", request.owner());
      json.writeStringField("mode", mode(request.mode()));
      json.writeNumberField("token", request.token());
      json.writeNumberField("sinceMillis", request.since().toMillis());
      Optional<Duration> wait = request.waitLeft();
      if (wait.isPresent()) {
        json.writeNumberField("waitMillis", wait.get().toMillis());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
