package io.balsa.jepsen.junit;

import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CountDownLatch;

/** A program that starts two nodes, lets one stand still, says which processes they are, and then waits to be killed. */
final class OneThatIsKilled {
  private OneThatIsKilled() {}

  /** The directory of the cluster, and the file for the pids, which is complete when it is there. */
  public static void main(String[] args) throws IOException, InterruptedException {
    RealCluster cluster = RealCluster.start(Path.of(args[0]), 2);
    cluster.node("n2").pause();
    Path pids = Path.of(args[1]);
    Path unfinished = pids.resolveSibling("pids.new");
    Files.write(unfinished, cluster.nodes().stream().map(ServerProcess::pid).map(String::valueOf).toList());
    Files.move(unfinished, pids, StandardCopyOption.ATOMIC_MOVE);
    new CountDownLatch(1).await();
  }
}
