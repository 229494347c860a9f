package io.balsa.jepsen.site;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A run that sets everything up, says so, and waits for its SIGKILL. */
final class KilledRun {
  private KilledRun() {}

  /** @param arguments a directory */
  public static void main(String... arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    RunName run = RunName.own("killed");
    LoopDisk frozen = LoopDisk.make(directory, run.part("n8"), directory.resolve("n8"), 32 << 20);
    NamespaceSite site = NamespaceSite.open(32 << 20);
    Path data = site.data(directory, 1);
    site.network().make(new Link("n1", "n2"), new Trouble.Cut());
    List<String> node = new ArrayList<>(site.launcher(1));
    node.addAll(List.of("sh", "-c", "cd \"$1\" && exec sleep 1000", "sh", data.getParent().toString()));
    long pid = new ProcessBuilder(node).start().pid();
    Commands.run("fsfreeze", "-f", frozen.point().toString());
    System.out.println("up " + pid);
    System.in.read();
  }
}
