package io.balsa.client;

import io.balsa.client.routing.AddressResolver;
import io.balsa.client.routing.ReadBalance;
import io.balsa.client.rpc.ClientRuntime;
import io.balsa.client.session.ConnectionListener;
import io.balsa.client.session.SessionOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The settings of a {@link BalsaClient}. Only the endpoints have no default. Confined to one thread. */
public final class BalsaClientBuilder {
  private List<String> endpoints = List.of();
  private AddressResolver resolver = AddressResolver.AS_IS;
  private Duration sessionTtl = Duration.ofSeconds(10);
  private Duration timeout = Duration.ofSeconds(5);
  private long heldBytesMax = 64L * 1024 * 1024;
  private ReadBalance reads = ReadBalance.LEADER;
  private ConnectionListener listener = ConnectionListener.NONE;
  private @Nullable Executor callbacks;

  BalsaClientBuilder() {}

  /** {@code host:port} of any nodes, separated by commas; an IPv6 address stands in brackets. The others are learned. */
  public BalsaClientBuilder endpoints(String commaSeparated) {
    return endpoints(List.of(commaSeparated.split(",", -1)));
  }

  /**
   * {@code host:port} of any nodes.
   *
   * @throws IllegalArgumentException
   *           when one is something else, or there is none
   */
  public BalsaClientBuilder endpoints(List<String> addresses) {
    List<String> checked = new ArrayList<>();
    for (String address : addresses) {
      String trimmed = address.trim();
      ClientRuntime.checkAddress(trimmed);
      checked.add(trimmed);
    }
    if (checked.isEmpty()) {
      throw new IllegalArgumentException("no endpoints: write host:port,host:port,...");
    }
    endpoints = List.copyOf(checked);
    return this;
  }

  /** How addresses are dialled, when not as they are. */
  public BalsaClientBuilder addressResolver(AddressResolver theResolver) {
    resolver = theResolver;
    return this;
  }

  /** The TTL asked for the session; 10 s unless set. The cluster refuses one that is too short. */
  public BalsaClientBuilder sessionTtl(Duration ttl) {
    sessionTtl = positive(ttl, "sessionTtl");
    return this;
  }

  /** The deadline of each call, counted from the call; 5 s unless set. {@code Kv.withTimeout} sets another for some calls. */
  public BalsaClientBuilder timeout(Duration ofACall) {
    timeout = positive(ofACall, "timeout");
    return this;
  }

  /**
   * How many bytes the calls that are not answered yet may hold together; 64 MiB unless set. A call beyond it is refused at
   * once with {@code CLIENT_OVERLOADED}.
   */
  public BalsaClientBuilder heldBytesMax(long bytes) {
    if (bytes <= 0) {
      throw new IllegalArgumentException("heldBytesMax is to be positive: " + bytes);
    }
    heldBytesMax = bytes;
    return this;
  }

  /** Where reads go that are calls of their own; to the leader unless set. Gets of {@code BalsaClient.kv()} go with its session. */
  public BalsaClientBuilder readBalance(ReadBalance balance) {
    reads = balance;
    return this;
  }

  /** Who hears of the state of the connection and the session. */
  public BalsaClientBuilder connectionListener(ConnectionListener theListener) {
    listener = theListener;
    return this;
  }

  /**
   * Runs what hangs on the futures of {@code ...Async} calls. Unless set they complete on the client's own thread, which is
   * fastest; then what hangs on them must be quick and must not block. What the executor refuses runs there, too. Listeners of
   * watches run on this executor, too; unless it is set on threads that the client keeps for them, so that they may block.
   */
  public BalsaClientBuilder callbackExecutor(Executor executor) {
    callbacks = executor;
    return this;
  }

  /** The client. It connects when it is first used. */
  public BalsaClient build() {
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("no endpoints: write host:port,host:port,...");
    }
    SessionOptions session = new SessionOptions(sessionTtl.toMillis(), heldBytesMax);
    return new BalsaClient(
        new ClientRuntime.Settings(endpoints, resolver, session, timeout, reads, listener,
            Optional.ofNullable(callbacks)));
  }

  private static Duration positive(Duration duration, String what) {
    if (duration.toMillis() <= 0) {
      throw new IllegalArgumentException(what + " is to be at least a millisecond: " + duration);
    }
    return duration;
  }
}
