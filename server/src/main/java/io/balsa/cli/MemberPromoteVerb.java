package io.balsa.cli;

import io.balsa.client.BalsaClient;
import io.balsa.client.error.BalsaException;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code balsa member promote N}. */
@Command(name = "promote", description = {"Makes a learner a voter.",
    "Refused while it has not caught up; the refusal says what it lacks."})
final class MemberPromoteVerb implements Callable<Integer> {
  private static final String NOT_CAUGHT_UP = "NOT_CAUGHT_UP";
  private static final String NOT_A_LEARNER = "NOT_A_LEARNER";
  private static final String OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN";
  /** What does not stay as it is. */
  private static final Set<String> PASSING = Set.of(NOT_CAUGHT_UP, "CHANGE_UNDER_WAY", "NO_LEADER", OUTCOME_UNKNOWN);
  private static final long AGAIN_MILLIS = 500;

  private final Console console;

  @Mixin
  private final ClientOptions client = new ClientOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Option(names = "--wait", description = "Waits until it has caught up, and says how far it is.")
  private boolean waits;

  @Parameters(paramLabel = "N", description = "Its name.")
  private String id = "";

  MemberPromoteVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    try (
        BalsaClient connected = BalsaClient.builder().endpoints(client.endpoints()).timeout(client.timeout()).build()) {
      String said = "";
      boolean unknown = false;
      while (true) {
        try {
          connected.cluster().promote(id);
          break;
        } catch (BalsaException e) {
          if (unknown && e.reason().equals(NOT_A_LEARNER)) {
            break; // the one before went through
          }
          unknown |= e.reason().equals(OUTCOME_UNKNOWN);
          if (!waits || !PASSING.contains(e.reason())) {
            clearProgress();
            throw e.reason().equals(NOT_CAUGHT_UP)
                ? VerbFailure.refused(Failures.oneLine(e.getMessage()) + "; --wait waits until it has")
                : e;
          }
          said = progress(said, "waiting: " + why(e));
        }
        TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
      }
      clearProgress();
    }
    tell();
    return ExitStatus.DONE;
  }

  private static String why(BalsaException e) {
    String message = Failures.oneLine(e.getMessage());
    String reason = e.reason() + ": ";
    return message.startsWith(reason) ? message.substring(reason.length()) : message;
  }

  /** Over the same line where people watch it, else whenever there is something new to say. */
  private String progress(String said, String message) {
    if (console.errIsTerminal()) {
      console.noteInPlace("\r" + message + "\033[K");
    } else if (!message.equals(said)) {
      console.note(message);
    }
    return message;
  }

  private void clearProgress() {
    if (waits && console.errIsTerminal()) {
      console.noteInPlace("\r\033[K");
    }
  }

  private void tell() {
    if (output.json()) {
      Json.document(console, json -> {
        json.writeStartObject();
        json.writeStringField("id", id);
        json.writeBooleanField("voter", true);
        json.writeEndObject();
      });
    } else {
      console.println(id + " is a voter");
    }
  }
}
