package io.balsa.client.rpc;

import io.balsa.client.error.BalsaException;
import io.balsa.client.error.ErrorCode;
import io.balsa.client.error.Errors;
import io.balsa.client.routing.Endpoints;
import io.balsa.client.routing.LeaderSearch;
import io.balsa.client.routing.NodeSearch;
import io.balsa.client.routing.ReadBalance;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.ResponseHeader;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Calls that are RPCs of their own: unary operations without a session, ranges, cluster administration. They look for the
 * leader as the session does, and reads for a node as their {@link ReadBalance} says, within their deadline. A call is retried while it is known to be in no log: it was never sent,
 * or refused with NOT_LEADER, NO_LEADER, STOPPING or OVERLOADED (E1). A read is retried besides whenever the transport fails; a mutation
 * that was sent never is. Safe for use by any thread.
 */
public final class LeaderCalls {
  /** A read that has no answer after half of the time that is left, and at least after this, is tried elsewhere. */
  private static final long READ_ATTEMPT_MIN_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final ClientLoop loop;
  private final Connections connections;
  private final Endpoints endpoints;
  private final Supplier<NodeSearch> readSearches;
  private final RandomGenerator random;
  private final Executor callbacks;
  /** Those under way, so that closing ends them. Confined to the client's thread. */
  private final Set<Running<?, ?, ?>> running = new LinkedHashSet<>();
  /** Hears of every answer: where it came from, and what it was. In a round. */
  private BiConsumer<String, Object> answers = (address, answer) -> {};
  private boolean closed;

  LeaderCalls(ClientLoop loop, Connections connections, Endpoints endpoints, Supplier<NodeSearch> readSearches,
      RandomGenerator random, Executor callbacks) {
    this.loop = loop;
    this.connections = connections;
    this.endpoints = endpoints;
    this.readSearches = readSearches;
    this.random = random;
    this.callbacks = callbacks;
  }

  /** Who hears of every answer, in a round. Set before the first call. */
  void tells(BiConsumer<String, Object> listener) {
    answers = listener;
  }

  /** A read, at whichever node the balance says. */
  public <Q, M, R> CompletableFuture<R> read(MethodDescriptor<Q, M> method, Q request,
      Function<M, ResponseHeader> header, Function<M, R> decode, Duration timeout) {
    return start(new Running<>(Kind.READ, method, request, header, () -> Collector.single(decode), null, timeout));
  }

  /** A read of what every node knows; the leader is asked first. */
  public <Q, M, R> CompletableFuture<R> readAnywhere(MethodDescriptor<Q, M> method, Q request,
      Function<M, ResponseHeader> header, Function<M, R> decode, Duration timeout) {
    return start(new Running<>(Kind.LOOK, method, request, header, () -> Collector.single(decode), null, timeout));
  }

  /** A mutation, at the leader, at most once. */
  public <Q, M, R> CompletableFuture<R> mutate(MethodDescriptor<Q, M> method, Q request, Function<M, R> decode,
      Duration timeout) {
    return start(new Running<>(Kind.MUTATION, method, request, null, () -> Collector.single(decode), null, timeout));
  }

  /** Asks this very address, once. */
  public <Q, M, R> CompletableFuture<R> ask(String address, MethodDescriptor<Q, M> method, Q request,
      Function<M, R> decode, Duration timeout) {
    return start(new Running<>(Kind.LOOK, method, request, null, () -> Collector.single(decode), address, timeout));
  }

  /** A read that is answered by a stream, at whichever node the balance says. */
  <Q, M, R> CompletableFuture<R> stream(MethodDescriptor<Q, M> method, Q request, Function<M, ResponseHeader> header,
      Supplier<Collector<M, R>> collector, Duration timeout) {
    return start(new Running<>(Kind.READ, method, request, header, collector, null, timeout));
  }

  private enum Kind {
    /** Served by the leader only, and never sent twice. */
    MUTATION,
    /** Of the store. */
    READ,
    /** Of what a node knows. */
    LOOK
  }

  /** Ends every call under way. In a round. */
  void close() {
    closed = true;
    List.copyOf(running).forEach(Running::closed);
  }

  private <R> CompletableFuture<R> start(Running<?, ?, R> call) {
    loop.run(call::begin);
    return call.future;
  }

  private final class Running<Q, M, R> {
    private final Kind kind;
    private final MethodDescriptor<Q, M> method;
    private final Q request;
    private final @Nullable Function<M, ResponseHeader> header;
    private final Supplier<Collector<M, R>> collectors;
    private final boolean mutation;
    private final @Nullable String fixed;
    private final long deadline;
    private final CompletableFuture<R> future = new CompletableFuture<>();
    private String problem = "";
    private boolean sent;
    /** The last problem was that. */
    private boolean tooStale;

    /** @param header tells whether who answers leads; null: that is known, or no matter */
    Running(Kind kind, MethodDescriptor<Q, M> method, Q request, @Nullable Function<M, ResponseHeader> header,
        Supplier<Collector<M, R>> collectors, @Nullable String fixed, Duration timeout) {
      this.kind = kind;
      this.method = method;
      this.request = request;
      this.header = header;
      this.collectors = collectors;
      this.mutation = kind == Kind.MUTATION;
      this.fixed = fixed;
      this.deadline = loop.deadline(timeout, 0);
    }

    void begin() {
      running.add(this);
      if (closed) {
        closed();
      } else {
        attempt(kind == Kind.READ ? readSearches.get() : new LeaderSearch(endpoints, random));
      }
    }

    void closed() {
      fail(Errors.closed(mutation && sent));
    }

    private void attempt(NodeSearch searching) {
      long now = loop.now();
      if (future.isDone()) {
        running.remove(this);
        return;
      }
      if (now >= deadline) {
        fail(lateWith(problem));
        return;
      }
      String address = fixed != null ? fixed : searching.next(now);
      long patience = fixed != null ? deadline - now : Math.min(Connections.PATIENCE_NANOS, deadline - now);
      connections.connect(address, patience, new Connections.Callback() {
        @Override
        public void connected(ManagedChannel channel) {
          send(searching, address, channel);
        }

        @Override
        public void failed(String why) {
          searching.failed(address, loop.now(), loop.now() - now);
          again(searching, address, Errors.unreachable(why));
        }
      });
    }

    private void send(NodeSearch searching, String address, ManagedChannel channel) {
      long left = deadline - loop.now();
      if (left <= 0) {
        fail(Errors.deadline(problem, false));
        return;
      }
      sent = true;
      long sentAt = loop.now();
      Collector<M, R> collector = collectors.get();
      boolean retried = !mutation && fixed == null;
      boolean unary = method.getType().serverSendsOneMessage();
      long patience = retried ? Math.min(left, Math.max(READ_ATTEMPT_MIN_NANOS, left / 2)) : left;
      ClientCall<Q, M> call = channel.newCall(method,
          CallOptions.DEFAULT.withDeadlineAfter(unary ? patience : left, TimeUnit.NANOSECONDS));
      Progress progress = new Progress();
      call.start(new ClientCall.Listener<>() {
        private boolean enough;

        @Override
        public void onMessage(M message) {
          if (!progress.heard) {
            long took = loop.now() - sentAt;
            loop.run(() -> {
              searching.answered(address, took);
              answers.accept(address, message);
            });
          }
          progress.heard = true;
          if (enough) {
            return;
          }
          progress.header = header == null ? null : header.apply(message);
          if (collector.take(message)) {
            call.request(1);
          } else {
            enough = true;
            loop.run(() -> done(searching, address, progress.header, collector));
            call.cancel("the page is full", null);
          }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
          progress.heard = true;
          if (enough) {
            return;
          }
          if (status.isOk()) {
            loop.run(() -> done(searching, address, progress.header, collector));
          } else {
            Error error = progress.silent
                ? Errors.error(ErrorCode.UNAVAILABLE, Errors.SILENT, "no answer in time")
                : GrpcErrors.error(status, trailers);
            loop.run(() -> failed(searching, address, channel, loop.now() - sentAt, error));
          }
        }
      }, new Metadata());
      call.request(unary ? 2 : 1);
      call.sendMessage(request);
      call.halfClose();
      if (retried && !unary) {
        // What has begun to come may take all of the time.
        loop.after(patience, () -> {
          if (!progress.heard) {
            progress.silent = true;
            call.cancel("no answer in time", null);
          }
        });
      }
    }

    private void done(NodeSearch searching, String address, @Nullable ResponseHeader answered,
        Collector<M, R> collector) {
      if (mutation || (answered != null && answered.getLeads())) {
        searching.found(address);
      } else if (answered != null) {
        searching.served(address, answered.getLeaderAddress(), loop.now());
      }
      R result;
      try {
        result = collector.result();
      } catch (RuntimeException e) {
        fail(Errors.unexpected(e));
        return;
      }
      running.remove(this);
      callbacks.execute(() -> future.complete(result));
    }

    private void failed(NodeSearch searching, String address, ManagedChannel channel, long tookNanos, Error error) {
      if (closed) {
        return;
      }
      ErrorCode code = ErrorCode.of(error.getCode());
      boolean transport = error.getReason().isEmpty();
      if (error.getReason().equals(Errors.SILENT) || (code == ErrorCode.DEADLINE_EXCEEDED && transport)) {
        // Slow or cut off: a fresh connection tells. If the others still say that it leads, it is asked again at once.
        searching.doubted(address, loop.now(), tookNanos);
        connections.renew(address, channel);
      } else if (error.getReason().equals(Errors.NOT_LEADER) || error.getReason().equals(Errors.NO_LEADER)
          || error.getReason().equals(Errors.STOPPING) || error.getReason().equals(Errors.TOO_STALE)) {
        searching.refused(address, Errors.leaderAddress(error));
      } else if (error.getReason().equals(Errors.OVERLOADED)) {
        searching.again(address);
      } else if (transport && code == ErrorCode.UNAVAILABLE) {
        searching.failed(address, loop.now(), 0);
      }
      if (fixed == null && !Errors.isNowhere(error) && (Errors.inNoLog(error) || (!mutation && mayPass(code)))) {
        again(searching, address, error);
      } else if (code == ErrorCode.DEADLINE_EXCEEDED) {
        fail(Errors.deadline(address + ": " + error.getMessage(), mutation));
      } else {
        fail(Errors.ofAnswer(error, mutation));
      }
    }

    /** A read that may be stale was late everywhere because no node has anything fresh enough: that is what its caller asked about. */
    private BalsaException lateWith(String lastProblem) {
      return tooStale
          ? Errors.ofAnswer(Errors.error(ErrorCode.UNAVAILABLE, Errors.TOO_STALE, lastProblem), false)
          : Errors.deadline(lastProblem, false);
    }

    private static boolean mayPass(ErrorCode code) {
      return switch (code) {
        case UNAVAILABLE, UNKNOWN, DEADLINE_EXCEEDED, CANCELLED, INTERNAL -> true;
        default -> false;
      };
    }

    private void again(NodeSearch searching, String address, Error error) {
      if (problem.isEmpty() || loop.now() < deadline) { // else it is the deadline itself, which says less than what was before
        problem = address + ": " + error.getMessage();
        tooStale = error.getReason().equals(Errors.TOO_STALE);
      }
      sent = false; // or it does not matter, for a read
      if (fixed != null) {
        fail(Errors.ofAnswer(error.toBuilder().setMessage(problem).build(), false));
        return;
      }
      long now = loop.now();
      long delay = Math.min(searching.delay(now), Math.max(0, deadline - now));
      if (delay == 0) {
        loop.run(() -> attempt(searching));
      } else {
        loop.after(delay, () -> attempt(searching));
      }
    }

    private void fail(RuntimeException error) {
      running.remove(this);
      callbacks.execute(() -> future.completeExceptionally(error));
    }
  }

  /** Of one attempt. */
  private static final class Progress {
    boolean heard;
    /** Of the answer. */
    @Nullable
    ResponseHeader header;
    /** It was given up because nothing was heard. */
    boolean silent;
  }
}
