package io.balsa.jepsen.torture.workload;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** All workloads, each new and for one run. */
public final class Workloads {
  private static final List<Supplier<Workload>> ALL = List.of(RegisterWorkload::new, CounterWorkload::new,
      SetWorkload::new, BankWorkload::new, ListAppendWorkload::new,
      LockWorkload::new, LeaseWorkload::new, WatchWorkload::new, SessionWorkload::new, MembershipWorkload::new);

  private Workloads() {}

  /** In the order in which they are told. */
  public static List<Workload> all() {
    return ALL.stream().map(Supplier::get).toList();
  }

  /**
   * The one of this name.
   *
   * @throws IllegalArgumentException there is none; it says which there are
   */
  public static Workload named(String name) {
    List<Workload> all = all();
    return all.stream().filter(workload -> workload.name().equals(name)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no workload '" + name + "'; there are "
            + all.stream().map(Workload::name).collect(Collectors.joining(", "))));
  }
}
