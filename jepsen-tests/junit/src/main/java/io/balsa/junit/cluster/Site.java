package io.balsa.junit.cluster;

import io.balsa.client.routing.AddressResolver;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Where the nodes of a cluster run: their addresses, what starts them, where they keep what they keep. The nodes are numbered from 1,
 * and a node that joins later gets the next number. Without anything else, all run on this machine's loopback.
 */
public interface Site {
  /** {@code host:port} by which this node is known, to its clients and to the other nodes; the same each time. */
  String address(int number);

  /** {@code host:port} at which it listens, where that is another: every address of a machine of its own, for one. */
  default String listen(int number) {
    return address(number);
  }

  /** The {@code bin/balsa} that this node is started with. */
  default Path program(int number) {
    return Distribution.program();
  }

  /** The command, with its arguments, that starts the program in its place: empty, or one that becomes the program. */
  default List<String> launcher(int number) {
    return List.of();
  }

  /** Variables that this node's process gets besides those of this JVM. */
  default Map<String, String> environment(int number) {
    return Map.of();
  }

  /** Flags of {@code balsa server} for this node alone. */
  default List<String> flags(int number) {
    return List.of();
  }

  /**
   * The data directory of this node.
   *
   * @param directory of the cluster
   */
  default Path data(Path directory, int number) {
    return directory.resolve("n" + number);
  }

  /** How clients reach the addresses. */
  default AddressResolver resolver() {
    return AddressResolver.AS_IS;
  }
}
