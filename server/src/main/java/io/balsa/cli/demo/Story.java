package io.balsa.cli.demo;

import io.balsa.cli.Console;
import io.balsa.cli.Numbers;
import java.util.List;

/** What happens, told as it happens, with the seconds since the begin. On a terminal the last line shows what is going on. */
final class Story {
  private final Console console;
  private final long begin = System.nanoTime();
  private boolean lineInPlace;

  Story(Console console) {
    this.console = console;
  }

  /** Something happened. */
  synchronized void tell(String what) {
    clear();
    String seconds = Numbers.decimals((System.nanoTime() - begin) / 1e9, 1);
    console.println(" ".repeat(Math.max(0, 5 - seconds.length())) + seconds + " s  " + what);
    console.flush();
  }

  /** What goes on at this moment; drawn over by the next line. Nothing where nobody watches. */
  synchronized void now(String what) {
    if (console.outIsTerminal()) {
      console.print("\r         " + what + "\033[K");
      console.flush();
      lineInPlace = true;
    }
  }

  /** Lines that belong to no moment. */
  synchronized void lines(List<String> lines) {
    clear();
    lines.forEach(console::println);
    console.flush();
  }

  private void clear() {
    if (lineInPlace) {
      console.print("\r\033[K");
      lineInPlace = false;
    }
  }
}
