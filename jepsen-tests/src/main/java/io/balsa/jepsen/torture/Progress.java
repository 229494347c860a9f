package io.balsa.jepsen.torture;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Recorder;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Tells people what a run does, on standard error: a line a fault, and how many operations ended how. One thread. */
final class Progress {
  private final PrintStream err;
  private final Recorder recorder;
  private final boolean quiet;

  Progress(PrintStream err, Recorder recorder, boolean quiet) {
    this.err = err;
    this.recorder = recorder;
    this.quiet = quiet;
  }

  /** One line about what is done to the cluster. */
  void fault(String what) {
    say(String.format(Locale.ROOT, "%6.1f s  ok %,d, failed %,d, unknown %,d  %s",
        recorder.now() / (double) TimeUnit.SECONDS.toNanos(1), recorder.count(Completion.OK),
        recorder.count(Completion.FAILED), recorder.count(Completion.UNKNOWN), what));
  }

  /** One line about the run. */
  void say(String what) {
    if (!quiet) {
      err.println(what);
    }
  }
}
