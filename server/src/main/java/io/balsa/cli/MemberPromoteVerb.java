package io.balsa.cli;

import io.balsa.client.BalsaClient;
import io.balsa.client.error.BalsaException;
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
  private static final String CHANGE_UNDER_WAY = "CHANGE_UNDER_WAY";
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
      while (true) {
        try {
          connected.cluster().promote(id);
          break;
        } catch (BalsaException e) {
          if (!waits || !(e.reason().equals(NOT_CAUGHT_UP) || e.reason().equals(CHANGE_UNDER_WAY))) {
            throw e;
          }
          said = progress(said, Failures.oneLine(e.getMessage()));
        }
        TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
      }
      clearProgress();
    }
    tell();
    return ExitStatus.DONE;
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
    if (console.errIsTerminal()) {
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
