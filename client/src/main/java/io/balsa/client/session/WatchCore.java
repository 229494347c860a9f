package io.balsa.client.session;

import io.balsa.client.error.ErrorCode;
import io.balsa.client.error.Errors;
import io.balsa.client.routing.NodeSearch;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.Event;
import io.balsa.proto.v1.WatchRequest;
import io.balsa.proto.v1.WatchResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One watch that goes on for ever (R3): opened at some node, opened again behind the last complete revision whenever that node is
 * lost, refuses or falls silent, until it is closed or what comes next was compacted.
 *
 * <p>Events are told only when their revision is complete, and nothing at or below what was told is told again, whatever a node sends.
 * What the application has not taken is bounded: beyond the bound the call is let go, and opened again when it has caught up; so a slow
 * listener holds up no other call of the connection.
 *
 * <p>Inputs come one at a time and carry the time in nanoseconds; nothing waits. Confined to one thread.
 */
public final class WatchCore {
  /** Without an answer for so long, another node is asked. */
  private static final long OPEN_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
  /** R3: a node says something every 10 s at least. */
  private static final long SILENCE_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);
  private static final long NEVER = Long.MAX_VALUE;

  /** What the core asks of the world. Nothing here waits, and nothing calls back into the core before it returns. */
  public interface Port {
    /** Answered by {@link WatchCore#response} and {@link WatchCore#failed} with this number. */
    void open(long attempt, String address, WatchRequest request);

    /** Drops what was opened under this number, at once. */
    void abandon(long attempt);

    /** The address did not answer though its connection looked well. */
    void distrust(String address);

    /**
     * It is open: first of all, or again.
     *
     * @param revision
     *          what it goes on behind
     */
    void connected(String address, long revision, boolean resumed);

    /** It is not open any more; it is opened again by itself. */
    void disconnected(String address, String reason);

    /** It could not be opened there. */
    void notOpened(String address, String reason);

    /** Events of whole revisions, in order. */
    void events(List<Event> events);

    /** Everything up to this revision was told. */
    void complete(long revision);

    /** It is over, and why. */
    void ended(Error why);
  }

  private enum State {
    OPENING, OPEN,
    /** For the next attempt. */
    WAITING,
    /** For the application to take what it was told. */
    FULL, ENDED
  }

  private final WatchRequest request;
  private final Supplier<NodeSearch> searches;
  private final long untakenBytesMax;
  private final Port port;
  private State state = State.WAITING;
  private NodeSearch search;
  private long attempt;
  private String address = "";
  /** When the attempt began, when the node was heard last, or when the next attempt is due. */
  private long since;
  private boolean started;
  private boolean wasOpen;
  /** The application takes it for open. */
  private boolean live;
  /** Everything up to here was told. */
  private long through;
  private long clusterId;
  /** Of the revision that is not complete. */
  private final List<Event> held = new ArrayList<>();
  private long untakenBytes;
  private final ArrayDeque<Long> untaken = new ArrayDeque<>();

  /**
   * Not begun.
   *
   * @param untakenBytesMax
   *          how much may have been told and not taken
   */
  public WatchCore(WatchRequest request, Supplier<NodeSearch> searches, long untakenBytesMax, Port port) {
    this.request = request;
    this.searches = searches;
    this.untakenBytesMax = untakenBytesMax;
    this.port = port;
    this.search = searches.get();
    this.started = request.getStartRevision() != 0;
    this.through = request.getStartRevision() - 1;
  }

  public void begin(long now) {
    open(now);
  }

  /** The next input, if nothing comes before it, is a {@link #tick} at this time. */
  public long wakeAt() {
    return switch (state) {
      case OPENING -> since + OPEN_PATIENCE_NANOS;
      case OPEN -> since + SILENCE_NANOS_MAX;
      case WAITING -> since;
      case FULL, ENDED -> NEVER;
    };
  }

  public void tick(long now) {
    if (now < wakeAt()) {
      return;
    }
    if (state == State.WAITING) {
      open(now);
    } else {
      search.doubted(address, now, now - since);
      port.distrust(address);
      lost(now, "it said nothing for " + TimeUnit.NANOSECONDS.toSeconds(now - since) + " s");
    }
  }

  private void open(long now) {
    attempt++;
    address = search.next(now);
    state = State.OPENING;
    since = now;
    port.open(attempt, address, request.toBuilder().setStartRevision(started ? through + 1 : 0).build());
  }

  /** Returns whether more is wanted of this attempt. */
  public boolean response(long now, long ofAttempt, WatchResponse response) {
    if (ofAttempt != attempt || (state != State.OPENING && state != State.OPEN)) {
      return false;
    }
    if (clusterId != 0 && response.getHeader().getClusterId() != clusterId) {
      end(Errors.error(ErrorCode.FAILED_PRECONDITION, Errors.CLUSTER_CHANGED,
          address + " is of another cluster now, whose revisions are others; watch anew"));
      return false;
    }
    clusterId = response.getHeader().getClusterId();
    since = now;
    if (state == State.OPENING) {
      opened(now, response);
    }
    for (Event event : response.getEventsList()) {
      if (event.getKv().getModRevision() > through) {
        held.add(event);
      }
    }
    if (response.getRevision() > through) {
      tell(response.getRevision());
    }
    if (untakenBytes > untakenBytesMax) {
      port.abandon(attempt);
      attempt++;
      held.clear();
      state = State.FULL;
      return false;
    }
    return true;
  }

  private void opened(long now, WatchResponse first) {
    state = State.OPEN;
    if (first.getHeader().getLeads()) {
      search.found(address);
    } else {
      search.served(address, first.getHeader().getLeaderAddress(), now);
    }
    search = searches.get();
    if (!started) {
      started = true;
      through = first.getRevision();
    }
    if (!live) {
      port.connected(address, through, wasOpen);
    }
    live = true;
    wasOpen = true;
  }

  private void tell(long revision) {
    int complete = 0;
    long bytes = 0;
    while (complete < held.size() && held.get(complete).getKv().getModRevision() <= revision) {
      bytes += held.get(complete++).getSerializedSize();
    }
    through = revision;
    if (complete > 0) {
      List<Event> events = List.copyOf(held.subList(0, complete));
      held.subList(0, complete).clear();
      untaken.add(bytes);
      untakenBytes += bytes;
      port.events(events);
    }
    port.complete(revision);
  }

  /** The application has taken the first of those {@link Port#events} that it had not. */
  public void taken(long now) {
    Long bytes = untaken.poll();
    if (bytes != null) {
      untakenBytes -= bytes;
    }
    if (state == State.FULL && untakenBytes <= untakenBytesMax / 4) {
      open(now);
    }
  }

  /**
   * The attempt is over.
   *
   * @param reached
   *          whether there was a connection
   */
  public void failed(long now, long ofAttempt, Error error, boolean reached) {
    if (ofAttempt != attempt || (state != State.OPENING && state != State.OPEN)) {
      return;
    }
    if (isFinal(error)) {
      end(error);
      return;
    }
    boolean refused = switch (error.getReason()) {
      case Errors.NOT_LEADER, Errors.NO_LEADER, Errors.STOPPING, Errors.OVERLOADED -> true;
      default -> false;
    };
    if (refused) {
      search.refused(address, Errors.leaderAddress(error));
    } else {
      search.failed(address, now, reached ? 0 : now - since);
    }
    lost(now, error.getMessage());
  }

  /**
   * What a node says, and no other would say otherwise. Not what comes without a reason, from something between; nor that a node does
   * not know the call: in an upgrade it is older than the others.
   */
  private static boolean isFinal(Error error) {
    if (error.getReason().isEmpty()) {
      return false;
    }
    return switch (ErrorCode.of(error.getCode())) {
      case INVALID_ARGUMENT, OUT_OF_RANGE, PERMISSION_DENIED, UNAUTHENTICATED -> true;
      default -> false;
    };
  }

  private void lost(long now, String reason) {
    if (live) {
      live = false;
      port.disconnected(address, reason);
    } else {
      port.notOpened(address, reason);
    }
    port.abandon(attempt);
    attempt++;
    held.clear();
    state = State.WAITING;
    since = now + search.delay(now);
  }

  private void end(Error why) {
    close();
    port.ended(why);
  }

  /** Nothing is told from here on. */
  public void close() {
    if (state != State.ENDED) {
      port.abandon(attempt);
      attempt++;
      held.clear();
      state = State.ENDED;
    }
  }

  /** Everything up to this revision was told. */
  public long through() {
    return through;
  }
}
