package io.balsa.jepsen.nemesis;

import io.balsa.jepsen.site.Trouble;
import java.util.Optional;
import java.util.function.Function;

/** What a fault needs of its target. */
@FunctionalInterface
interface Need {
  /** Processes, or what they run on, of the suite's own; nothing besides. */
  Need OWN = target -> target instanceof OwnTarget ? Optional.empty()
      : Optional.of("the nodes of this cluster are not the suite's own");

  /** What is missing; empty: nothing. */
  Optional<String> missing(Target target);

  /** Both, this one looked at first. */
  default Need and(Need other) {
    return target -> missing(target).or(() -> other.missing(target));
  }

  /** What {@link #OWN} says, and so many. */
  static Need nodes(int least) {
    return OWN.and(anybodysNodes(least));
  }

  /** So many, of whatever cluster. */
  static Need anybodysNodes(int least) {
    return target -> {
      int there = target.nodes().size();
      return there >= least ? Optional.empty() : Optional.of("needs " + least + " nodes, and there are " + there);
    };
  }

  static Need trouble(Class<? extends Trouble> kind) {
    return own(target -> target.site().network().can(kind) ? Optional.empty()
        : Optional.of("the network of this run (" + target.backend() + ") can make no " + kind.getSimpleName()));
  }

  static Need disks() {
    return own(target -> target.site().disks().isPresent() ? Optional.empty()
        : Optional.of("the nodes have no disks of their own (" + target.backend() + ")"));
  }

  static Need clocks() {
    return own(target -> target.site().clocks().isPresent() ? Optional.empty()
        : Optional.of("the nodes' wall clocks cannot be set: libfaketime is not used, or not installed"));
  }

  private static Need own(Function<OwnTarget, Optional<String>> missing) {
    return target -> target instanceof OwnTarget own ? missing.apply(own) : OWN.missing(target);
  }
}
