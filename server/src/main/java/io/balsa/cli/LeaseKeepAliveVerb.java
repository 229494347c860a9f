package io.balsa.cli;

import io.balsa.client.BalsaClient;
import io.balsa.client.lease.Lease;
import io.balsa.client.lease.LeaseOption;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code balsa lease keep-alive ID}. */
@Command(name = "keep-alive",
    description = {"Renews a lease until it is ended (Ctrl-C); the lease then lives for its TTL.",
        "Ends with 1 when the lease is gone, or can no longer be vouched for."})
final class LeaseKeepAliveVerb implements Callable<Integer> {
  private final Console console;

  @Mixin
  private final ClientOptions client = new ClientOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Option(names = "--once", description = "Renews it once.")
  private boolean once;

  @Parameters(paramLabel = "ID", converter = LeaseId.class, description = "The lease.")
  private long id;

  LeaseKeepAliveVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    return client.call(once ? this::renew : this::keep);
  }

  private int renew(BalsaClient connected) {
    Lease lease = connected.leases().attach(id, LeaseOption.MANUAL); // its first renewal is what attaches it
    lease.detach();
    tell(lease, "lives for");
    return ExitStatus.DONE;
  }

  private int keep(BalsaClient connected) {
    Lease lease = connected.leases().attach(id);
    CompletableFuture<String> lost = new CompletableFuture<>();
    lease.onLost(lost::complete);
    tell(lease, "is kept alive; its TTL is");
    console.flush();
    throw VerbFailure.refused("lease " + id + " is lost: " + Failures.oneLine(lost.join()));
  }

  private void tell(Lease lease, String what) {
    if (output.json()) {
      LeaseGrantVerb.write(console, lease);
    } else {
      console.println("lease " + id + " " + what + " " + Durations.text(lease.ttl()));
    }
  }
}
