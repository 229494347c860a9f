package io.balsa.cli;

import io.balsa.client.error.BalsaException;
import io.balsa.client.error.ErrorCode;
import io.balsa.client.error.RefusedException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** From whatever a verb threw to one line and an exit status. */
public final class Failures {
  /** What gRPC has to say of a deadline is for its own developers. */
  private static final Pattern DEADLINE_OF_GRPC = Pattern
      .compile("(ClientCall started after )?(CallOptions|Context) deadline (was )?exceeded .*");

  private Failures() {}

  /** What to say and to end with. An empty text: nothing is left to say, as when the reader of a pipe has gone. */
  public static VerbFailure tell(Throwable failure) {
    Throwable cause = unwrapped(failure);
    if (cause instanceof VerbFailure told) {
      return told;
    }
    if (cause instanceof BalsaException refused) {
      String why = oneLine(refused.getMessage());
      return ofCall(refused, refused.code() == ErrorCode.DEADLINE_EXCEEDED ? why + "; see 'balsa status'" : why);
    }
    if (cause instanceof Console.OutputFailure output) {
      String why = oneLine(output.reason());
      return VerbFailure.refused(why.contains("Broken pipe") ? "" : "cannot write standard output: " + why);
    }
    if (cause instanceof OutOfMemoryError) {
      return VerbFailure.refused("out of memory; set BALSA_JAVA_OPTS=-Xmx1g, or ask for less at once");
    }
    String message = cause instanceof FileSystemException file ? text(file) : oneLine(cause.getMessage());
    return VerbFailure.refused(message.isEmpty() ? cause.getClass().getName() : message);
  }

  /** Those of the JDK that have a class of their own give nothing but the name of the file. */
  private static String text(FileSystemException refused) {
    String file = refused.getOtherFile() == null ? refused.getFile()
        : refused.getFile() + " -> " + refused.getOtherFile();
    return oneLine(file + ": " + switch (refused) {
      case AccessDeniedException denied -> "permission denied";
      case NoSuchFileException missing -> "no such file or folder";
      case FileAlreadyExistsException there -> "it exists";
      default -> refused.getReason() == null ? refused.getClass().getSimpleName() : refused.getReason();
    });
  }

  /** Why a node did not answer, in a few words. */
  static String why(@Nullable Throwable failure) {
    if (failure == null) {
      return "";
    }
    Throwable cause = unwrapped(failure);
    if (cause instanceof BalsaException refused && refused.code() == ErrorCode.DEADLINE_EXCEEDED) {
      return "no answer in time";
    }
    return oneLine(cause.getMessage());
  }

  /** What a failed operation of a benchmark is counted as. */
  public static String reason(Throwable failure) {
    Throwable cause = unwrapped(failure);
    if (cause instanceof BalsaException refused) {
      return refused.reason().isEmpty() ? refused.code().name() : refused.reason();
    }
    return cause.getClass().getSimpleName();
  }

  private static VerbFailure ofCall(BalsaException failure, String text) {
    if (failure.mayHaveBeenApplied()) {
      return VerbFailure.unavailable(text);
    }
    if (failure instanceof RefusedException) {
      return VerbFailure.refused(text);
    }
    return switch (failure.code()) {
      case UNAVAILABLE, DEADLINE_EXCEEDED, UNKNOWN, INTERNAL, CANCELLED, DATA_LOSS, RESOURCE_EXHAUSTED ->
        VerbFailure.unavailable(text);
      default -> VerbFailure.refused(text);
    };
  }

  private static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** A message on one line, whatever the library that wrote it thought. */
  static String oneLine(@Nullable String message) {
    return message == null ? ""
        : DEADLINE_OF_GRPC.matcher(message.strip().replaceAll("\\s*\\R\\s*", " "))
            .replaceFirst("no answer in time");
  }
}
