package io.balsa.jepsen.torture;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Recorder;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Tells people what a run does, a line a step on standard error, each with how many operations have ended how. */
final class Progress {
  private final Recorder recorder;

  Progress(Recorder recorder) {
    this.recorder = recorder;
  }

  /** What happens now. */
  void tell(String what) {
    say(String.format(Locale.ROOT, "%6.1f s  ok %,7d  failed %,5d  unknown %,5d  %s",
        recorder.now() / (double) TimeUnit.SECONDS.toNanos(1), recorder.count(Completion.OK),
        recorder.count(Completion.FAILED), recorder.count(Completion.UNKNOWN), what));
  }

  /** Outside the time of a run. */
  static void say(String what) {
    System.err.println(what);
  }
}
