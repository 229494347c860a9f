package io.balsa.jepsen.existing;

import io.balsa.jepsen.existing.AllowedFaults.Allowed;
import io.balsa.jepsen.existing.AllowedFaults.Choice;
import io.balsa.jepsen.nemesis.Draw;
import io.balsa.jepsen.nemesis.Installation;
import io.balsa.jepsen.nemesis.Nemesis;
import io.balsa.jepsen.nemesis.Target;
import io.balsa.jepsen.site.Commands;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** A fault that commands of the user's install and undo, a command for each victim. */
final class CommandFault implements Nemesis {
  /** With this status a command says that what is asked of it cannot be done here; as test programs have it. */
  static final int CANNOT = 77;
  /** What a signal ended has a higher status. */
  private static final int SIGNALLED = 128;
  private static final Duration COMMAND_MOST = Duration.ofMinutes(1);
  private static final Duration SEEN_MOST = Duration.ofSeconds(10);
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  private final String name;
  private final Allowed commands;
  private final Duration holdAtLeast;
  private final Duration holdAtMost;

  CommandFault(String name, Allowed commands, int holdSecondsLeast, int holdSecondsMost) {
    this.name = name;
    this.commands = commands;
    this.holdAtLeast = Duration.ofSeconds(holdSecondsLeast);
    this.holdAtMost = Duration.ofSeconds(holdSecondsMost);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String family() {
    return Optional.ofNullable(commands.family()).orElse(name);
  }

  @Override
  public String description() {
    return commands.install();
  }

  @Override
  public Duration holdAtLeast() {
    return holdAtLeast;
  }

  @Override
  public Duration holdAtMost() {
    return holdAtMost;
  }

  @Override
  public Installation install(Target target, Random random) throws InterruptedException {
    List<Target.Node> victims = victims(target, random);
    List<Target.Node> others = target.nodes().stream().filter(node -> !victims.contains(node)).toList();
    if (victims.isEmpty()) {
      return new Installation.Skipped("there is no node to be hit, or none is known to lead");
    }
    String whom = victims.stream().map(Target.Node::id).collect(Collectors.joining(", "));
    Deque<Target.Node> hit = new ArrayDeque<>();
    Installation.Undo undo = () -> undo(hit, others);
    for (Target.Node victim : victims) {
      Commands.Ended ended = run(commands.install(), victim, others);
      if (ended.status() == CANNOT) {
        undo(hit, others);
        return new Installation.Skipped(victim.id() + ": " + ended.output().strip());
      }
      hit.push(victim);
      if (!ended.well()) {
        return new Installation.Indeterminate(whom + ": " + words("install", victim, ended), undo);
      }
    }
    return checked(victims, others, whom, undo);
  }

  private Installation checked(List<Target.Node> victims, List<Target.Node> others, String whom,
      Installation.Undo undo) {
    String check = commands.check();
    if (check != null) {
      for (Target.Node victim : victims) {
        Commands.Ended ended = await(check, victim, others);
        if (!ended.well()) {
          return new Installation.Indeterminate(whom + ": " + words("check", victim, ended), undo);
        }
      }
    }
    return new Installation.Installed(whom, undo);
  }

  /** What has been done may take a moment until it can be seen. */
  private static Commands.Ended await(String check, Target.Node victim, List<Target.Node> others) {
    long end = System.nanoTime() + SEEN_MOST.toNanos();
    Commands.Ended ended = run(check, victim, others);
    while (!ended.well() && System.nanoTime() - end < 0 && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
      ended = run(check, victim, others);
    }
    return ended;
  }

  /**
   * Goes on to its end whoever interrupts it, and says so then: a fault that stays is worse than a run that ends late. All are tried,
   * for what stays would be taken for a defect of the cluster.
   */
  private void undo(Deque<Target.Node> hit, List<Target.Node> others) throws InterruptedException {
    List<String> failed = new CopyOnWriteArrayList<>();
    Thread undoing = new Thread(() -> undoAll(hit, others, failed), "undo of " + name);
    undoing.start();
    InterruptedException interrupted = null;
    while (undoing.isAlive()) {
      try {
        undoing.join();
      } catch (InterruptedException e) {
        interrupted = e;
      }
    }
    if (!failed.isEmpty()) {
      throw new IllegalStateException(name + " could not be undone; put it right by hand: " + String.join("; ", failed),
          interrupted);
    }
    if (interrupted != null) {
      throw interrupted;
    }
  }

  private void undoAll(Deque<Target.Node> hit, List<Target.Node> others, List<String> failed) {
    while (!hit.isEmpty()) {
      Target.Node victim = hit.pop();
      Commands.Ended ended = run(commands.undo(), victim, others);
      if (ended.status() > SIGNALLED) { // Ctrl-C reaches it, too
        ended = run(commands.undo(), victim, others);
      }
      if (!ended.well()) {
        failed.add(words("undo", victim, ended));
      }
    }
  }

  private static Commands.Ended run(String line, Target.Node node, List<Target.Node> others) {
    try {
      return Commands.shell(line, NodeVariables.of(node, others), COMMAND_MOST);
    } catch (IllegalStateException e) {
      return new Commands.Ended(-1, String.valueOf(e.getMessage()));
    }
  }

  private static String words(String which, Target.Node node, Commands.Ended ended) {
    return "\"" + which + "\" of " + node.id() + " ended with " + ended.status() + ": " + ended.output().strip();
  }

  private List<Target.Node> victims(Target target, Random random) {
    List<Target.Node> nodes = target.nodes();
    Choice choice = Optional.ofNullable(commands.victims()).orElse(Choice.ONE);
    return switch (choice) {
      case ALL -> nodes;
      case ONE -> Draw.some(nodes, 1, random);
      case MINORITY -> Draw.some(nodes, Draw.minority(nodes.size(), random), random);
      case MAJORITY -> Draw.some(nodes, Draw.majority(nodes.size()), random);
      case LEADER -> leading(target, nodes);
      case FOLLOWER -> {
        List<Target.Node> following = new ArrayList<>(nodes);
        following.removeAll(leading(target, nodes));
        yield following.size() == nodes.size() || following.isEmpty() ? List.of() : Draw.some(following, 1, random);
      }
    };
  }

  private static List<Target.Node> leading(Target target, List<Target.Node> nodes) {
    Optional<String> leader = target.leader();
    return nodes.stream().filter(node -> leader.filter(node.id()::equals).isPresent()).toList();
  }
}
