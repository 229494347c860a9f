package io.balsa.server.sim;

import io.balsa.raft.sim.SimThread;
import io.balsa.server.grpc.Loop;
import java.util.concurrent.TimeUnit;

/** An event loop of a simulated process. */
final class ServerLoop implements Loop {
  private final NodeServices services;
  private final SimThread thread;

  ServerLoop(NodeServices services, SimThread thread) {
    this.services = services;
    this.thread = thread;
  }

  /** What comes from a connection of this loop: calls that begin in it belong to this loop. */
  void run(Runnable task) {
    thread.execute(() -> services.inLoop(this, task));
  }

  @Override
  public void execute(Runnable task) {
    run(task);
  }

  @Override
  public void schedule(Runnable task, long delay, TimeUnit unit) {
    thread.schedule(() -> services.inLoop(this, task), unit.toNanos(delay));
  }
}
