package io.balsa.cli;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The verbs, in the order of the help. Each is made only when it is needed. */
enum Verb {
  DEMO,
  UP,
  SERVER,
  GET,
  PUT,
  DEL,
  RANGE,
  INCR,
  TXN,
  COMPACT,
  WATCH,
  LOCK,
  LEASE,
  SNAPSHOT,
  STATUS,
  MEMBER,
  LEADER,
  BENCH,
  COMPLETION;

  /** As it is typed. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The command that picocli fills and calls. */
  CommandLine create(Console console) {
    CommandLine command = new CommandLine(switch (this) {
      case DEMO -> new DemoVerb(console);
      case UP -> new UpVerb(console);
      case SERVER -> new ServerVerb();
      case GET -> new GetVerb(console);
      case PUT -> new PutVerb(console);
      case DEL -> new DelVerb(console);
      case RANGE -> new RangeVerb(console);
      case INCR -> new IncrVerb(console);
      case TXN -> new TxnVerb(console);
      case COMPACT -> new CompactVerb(console);
      case WATCH -> new WatchVerb(console);
      case LOCK -> new LockVerb(console);
      case LEASE -> new LeaseVerb();
      case SNAPSHOT -> new SnapshotVerb();
      case STATUS -> new StatusVerb(console);
      case MEMBER -> new MemberVerb();
      case LEADER -> new LeaderVerb(console);
      case BENCH -> new BenchVerb(console);
      case COMPLETION -> new CompletionVerb(console);
    });
    switch (this) {
      case LEASE -> LeaseVerb.addVerbs(command, console);
      case SNAPSHOT -> SnapshotVerb.addVerbs(command, console);
      case MEMBER -> MemberVerb.addVerbs(command, console);
      case SERVER -> ServerVerb.addSettings(command.getCommandSpec());
      default -> {}
    }
    addHelp(command);
    return command;
  }

  private static void addHelp(CommandLine command) {
    command.getCommandSpec().addOption(
        OptionSpec.builder("-h", "--help").usageHelp(true).description("Tells the options of this verb.").build());
    command.getSubcommands().values().forEach(Verb::addHelp);
  }

  static List<Verb> all() {
    return List.of(values());
  }

  static Optional<Verb> named(String word) {
    return all().stream().filter(verb -> verb.word().equals(word)).findFirst();
  }
}
