package io.balsa.jepsen.nemesis;

import io.balsa.jepsen.site.Trouble;
import java.util.Optional;

/** What a fault needs of its target. */
@FunctionalInterface
interface Need {
  /** Nothing besides nodes. */
  Need NOTHING = target -> Optional.empty();

  /** What is missing; empty: nothing. */
  Optional<String> missing(Target target);

  /** Both, this one looked at first. */
  default Need and(Need other) {
    return target -> missing(target).or(() -> other.missing(target));
  }

  static Need nodes(int least) {
    return target -> {
      int there = target.cluster().nodes().size();
      return there >= least ? Optional.empty() : Optional.of("needs " + least + " nodes, and there are " + there);
    };
  }

  static Need trouble(Class<? extends Trouble> kind) {
    return target -> target.site().network().can(kind) ? Optional.empty()
        : Optional.of("the network of this run (" + target.site().backend() + ") can make no " + kind.getSimpleName());
  }

  static Need disks() {
    return target -> target.site().disks().isPresent() ? Optional.empty()
        : Optional.of("the nodes have no disks of their own (" + target.site().backend() + ")");
  }

  static Need clocks() {
    return target -> target.site().clocks().isPresent() ? Optional.empty()
        : Optional.of("the nodes' wall clocks cannot be set: libfaketime is not used, or not installed");
  }
}
