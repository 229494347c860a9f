package io.balsa.jepsen.site;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A network namespace, by its name. */
record Namespace(String name) implements AutoCloseable {
  private static final Path DIRECTORY = Path.of("/run/netns");

  /** Makes it, with its loopback up. */
  static Namespace make(String name) {
    Commands.run("ip", "netns", "add", name);
    Namespace namespace = new Namespace(name);
    namespace.ip("link", "set", "dev", "lo", "up");
    return namespace;
  }

  /** Those there are, anybody's. */
  static List<String> names() {
    if (!Files.isDirectory(DIRECTORY)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What runs in it now. */
  static List<ProcessHandle> processesIn(String name) {
    return Commands.attempt("ip", "netns", "pids", name).output().lines().map(String::strip)
        .filter(line -> line.matches("\\d+")).map(Long::parseLong).map(ProcessHandle::of).flatMap(Optional::stream)
        .toList();
  }

  /** {@code ip} in it. */
  String ip(String... arguments) {
    return run("ip", List.of("-n", name), arguments);
  }

  /** {@code tc} in it. */
  String tc(String... arguments) {
    return run("tc", List.of("-n", name), arguments);
  }

  /** {@code nft} in it, with this script. */
  void nft(String script) {
    Commands.run(inside("nft", "-f", "-"), script);
  }

  /** What {@code nft} lists, without counts. */
  String nftTable(String family, String table) {
    return Commands.run(inside("nft", "-s", "list", "table", family, table), "");
  }

  /**
   * A command that becomes another one in this namespace. Not {@code ip netns exec}: that gives the program mounts of its own as well, so
   * that what is unmounted later stays mounted there.
   */
  List<String> launcher() {
    return List.of("nsenter", "--net=" + DIRECTORY.resolve(name));
  }

  private List<String> inside(String... command) {
    List<String> all = new ArrayList<>(launcher());
    all.addAll(List.of(command));
    return all;
  }

  private static String run(String program, List<String> options, String... arguments) {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(options);
    command.addAll(List.of(arguments));
    return Commands.run(command, "");
  }

  /** Deletes it, and the links that lead there. */
  @Override
  public void close() {
    Commands.run("ip", "netns", "delete", name);
  }
}
