package io.balsa.cli;

import io.balsa.server.BalsaServer;
import io.balsa.server.config.ConfigException;
import io.balsa.server.config.ServerConfig;
import io.balsa.server.config.Setting;
import io.balsa.server.identity.StartRefused;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code balsa server}: one node. Its flags are the settings of a node, one for one. */
@Command(name = "server", description = {"Runs one node, until SIGTERM or Ctrl-C.",
    "A flag beats its environment variable (--listen: BALSA_LISTEN), and that beats the --config file."})
final class ServerVerb implements Callable<Integer> {
  private static final Set<Setting> LISTS = EnumSet.of(Setting.CLUSTER, Setting.JOIN, Setting.PEER_ROUTE);

  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Option(names = "--stop-with-parent", hidden = true,
      description = "Stops when standard input ends: then the program that started this node has ended, however it did.")
  private boolean stopWithParent;

  /** Adds a flag for every setting. */
  static void addSettings(CommandSpec spec) {
    for (Setting setting : Setting.values()) {
      OptionSpec.Builder flag = OptionSpec.builder(setting.flag()).paramLabel(setting.valueLabel()).type(String.class)
          .description(setting.description());
      if (LISTS.contains(setting)) {
        flag.type(List.class).auxiliaryTypes(String.class); // all in one flag, or spread over several
      }
      spec.addOption(flag.build());
    }
  }

  private Map<Setting, String> flags() {
    Map<Setting, String> flags = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      Object given = spec.findOption(setting.flag()).getValue();
      if (given instanceof List<?> parts) {
        flags.put(setting, parts.stream().map(String::valueOf).collect(Collectors.joining(",")));
      } else if (given != null) {
        flags.put(setting, given.toString());
      }
    }
    return flags;
  }

  @Override
  public Integer call() throws StartRefused, InterruptedException {
    ServerConfig config;
    try {
      config = ServerConfig.load(flags(), System.getenv());
    } catch (ConfigException e) {
      throw VerbFailure.usage(Failures.oneLine(e.getMessage()));
    }
    BalsaServer server = BalsaServer.start(config);
    server.stopOnTermination();
    if (stopWithParent) {
      Thread parent = new Thread(ServerVerb::stopAtEndOfInput, "parent");
      parent.setDaemon(true);
      parent.start();
    }
    int status = server.awaitStopped();
    Runtime.getRuntime().halt(status); // at once: nothing that still runs has anything to say
    return status;
  }

  private static void stopAtEndOfInput() {
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException("standard input cannot be read any more", e);
    } finally {
      System.exit(ExitStatus.DONE); // runs the shutdown hook, which stops the node in order
    }
  }
}
