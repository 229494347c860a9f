package io.balsa.server;

import io.balsa.proto.internal.v1.JoinRequest;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.server.config.HostPort;
import io.balsa.server.config.ServerConfig;
import io.balsa.server.formation.Formation;
import io.balsa.server.identity.DataDirectory;
import io.balsa.server.identity.FormedRecord;
import io.balsa.server.identity.Identity;
import io.balsa.server.identity.KnownMembers;
import io.balsa.server.identity.ReplacementRecord;
import io.balsa.server.identity.StartRefused;
import io.balsa.server.join.JoinQuestions;
import io.balsa.server.join.Joining;
import io.balsa.server.join.Seat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The three ways of a node into a cluster, each until it has come through or is told to stop: it forms one with others, it joins one that
 * has added it, or it takes the place of itself after it lost its log (I3). What the node builds on is durable when a way ends. One
 * thread at a time goes a way; what is told about it may be asked by any.
 */
final class Entry {
  private static final long FORM_MILLIS = 100;
  private static final long JOIN_MILLIS = 1_000;
  private static final long REPLACE_MILLIS = 500;

  private final ServerConfig config;
  private final DataDirectory data;
  private final JoinQuestions questions;
  private final Notices notices;
  private final CountDownLatch stop;
  private volatile String sentence = "";
  private volatile Supplier<List<String>> reasons = List::of;
  private volatile Supplier<List<String>> waitingFor = List::of;

  /**
   * Who the node is from now on, and to which cluster it belongs.
   *
   * @param formed durable
   */
  record Entered(Identity identity, FormedRecord formed) {
  }

  Entry(ServerConfig config, DataDirectory data, JoinQuestions questions, Notices notices, CountDownLatch stop) {
    this.config = config;
    this.data = data;
    this.questions = questions;
    this.notices = notices;
    this.stop = stop;
  }

  /** What keeps the node out of service meanwhile, in one sentence. */
  String sentence() {
    return sentence;
  }

  /** Why it has not come through yet, one sentence each. */
  List<String> reasons() {
    return reasons.get();
  }

  /** The nodes that it has not reached, where it waits for all of them. */
  List<String> waitingFor() {
    return waitingFor.get();
  }

  /** @return null: told to stop */
  @Nullable
  Entered form(Identity self, Formation formation) throws StartRefused, IOException, InterruptedException {
    sentence = self.id() + " has not formed its cluster yet";
    reasons = formation::reasons;
    waitingFor = formation::waitingFor;
    FormedRecord formed = new EntryLoop<FormedRecord>("waits to form its cluster", FORM_MILLIS, notices, stop)
        .untilDecided(formation::round, formation::reasons);
    if (formed == null) {
      return null;
    }
    data.write(formed);
    sentence = "";
    return new Entered(self, formed);
  }

  /** @return null: told to stop */
  @Nullable
  Entered join(Identity self, long startDigest) throws StartRefused, IOException, InterruptedException {
    JoinRequest.Builder request = JoinRequest.newBuilder().setId(self.id().value())
        .setIncarnation(self.incarnation()).setPeerAddress(config.peerAdvertise().toString())
        .setClientAddress(config.advertise().toString()).setStartDigest(startDigest);
    if (config.zone() != null) {
      request.setZone(config.zone());
    }
    if (config.priority() != null) {
      request.setPriority(config.priority());
    }
    Joining joining = Joining.asAdded(request.build(), self, given(), questions, stop);
    sentence = self.id() + " has not joined its cluster yet";
    reasons = joining::reasons;
    Joining.Accepted accepted = new EntryLoop<Joining.Accepted>("waits to join a cluster", JOIN_MILLIS, notices, stop)
        .untilDecided(joining::round, joining::reasons);
    if (accepted == null) {
      return null;
    }
    // Without the first, a start behind the second would know nobody to dial: the log is empty.
    data.write(accepted.members());
    data.write(accepted.formed());
    sentence = "";
    notices.say("has joined cluster " + Identity.hex(accepted.formed().clusterId())
        + " as a learner; 'balsa member promote " + self.id() + "' makes it a voter once it has caught up");
    return new Entered(self, accepted.formed());
  }

  /** @return null: told to stop */
  @Nullable
  Entered replace(ReplacementRecord lost) throws StartRefused, IOException, InterruptedException {
    Identity old = lost.old();
    Joining joining = Joining.inPlaceOf(lost, seats(lost.formed(), old.id()), questions, stop);
    sentence = lost(old);
    reasons = () -> concat(lost.why(), joining.reasons());
    ReplacementRecord[] newest = {lost};
    Joining.Accepted accepted = new EntryLoop<Joining.Accepted>("waits to be replaced", REPLACE_MILLIS, notices, stop)
        .untilDecided(() -> {
          Joining.Accepted outcome = joining.round();
          newest[0] = noted(newest[0], outcome == null ? joining.voter() : outcome.wasVoter());
          return outcome;
        }, joining::reasons);
    if (accepted == null) {
      return null;
    }
    return carryThrough(data.grant(newest[0], accepted.members()));
  }

  private static String lost(Identity old) {
    return old.id() + " lost its log and is replaced by a new incarnation of itself";
  }

  /** What the old incarnation was is known nowhere any more once it is replaced. */
  private ReplacementRecord noted(ReplacementRecord record, Optional<Boolean> voter) throws IOException {
    if (voter.isEmpty() || voter.get() == record.voter()) {
      return record;
    }
    ReplacementRecord noted = record.withVoter(voter.get());
    data.write(noted);
    return noted;
  }

  /** Also where a crash cut it off. */
  Entered carryThrough(ReplacementRecord granted) throws StartRefused, IOException {
    Path aside = data.carryThrough(granted);
    Identity renewed = granted.renewed();
    FormedRecord formed = data.formed(renewed);
    if (formed == null) {
      throw new IOException("the file \"formed\" that was just written is not in " + data.root());
    }
    sentence = "";
    notices.say("goes on as incarnation " + Identity.hex(renewed.incarnation()) + ", because " + granted.why()
        + ". What it held before is in " + aside + " (" + DataDirectory.bytes(aside)
        + " bytes), is not needed any more, and is yours to look at and delete");
    return new Entered(renewed, formed);
  }

  /**
   * Of a log that is lost, or not to be trusted: from when this returns the node is not itself any more.
   *
   * @throws StartRefused if it is not to be replaced by itself, or nobody is left to do that
   */
  ReplacementRecord begin(Identity identity, FormedRecord formed, String why) throws StartRefused, IOException {
    String promised = why + ". What " + identity.id() + " had promised is not known any more, so it does not start";
    if (seats(formed, identity.id()).isEmpty()) {
      throw new StartRefused(
          promised + ", and it was the only member: if the log cannot be brought back, restore a backup"
              + " into a new directory ('balsa snapshot restore')");
    }
    if (!config.replacement().automatic()) {
      throw new StartRefused(promised + ". If the log cannot be brought back, " + DataDirectory.byHand(identity.id())
          + "; or start it with --auto-replace on");
    }
    sentence = lost(identity);
    notices.say(promised + " as itself: it asks the others to put a new incarnation in its place");
    return note(identity, formed, why);
  }

  /** From when this returns no start takes this identity up again. Any thread, once. */
  ReplacementRecord note(Identity identity, FormedRecord formed, String why) throws StartRefused, IOException {
    KnownMembers known = data.known(formed.clusterId());
    boolean voter = known == null ? formed.origin() != FormedRecord.Origin.JOINED
        : known.configuration().isVoter(identity.id());
    return data.beginReplacement(identity, formed, voter, why);
  }

  // ---- whom to ask

  /** The members that this directory knows, in every way that it may know them, and the addresses on the command line. */
  private List<Seat> seats(FormedRecord formed, NodeId self) throws StartRefused, IOException {
    List<Seat> seats = new ArrayList<>();
    KnownMembers known = data.known(formed.clusterId());
    if (known != null) {
      add(seats, known.configuration().members(), self);
    }
    add(seats, formed.initial().members(), self);
    seats.addAll(given());
    return List.copyOf(seats);
  }

  private static void add(List<Seat> seats, List<Member> members, NodeId self) {
    for (Member member : members) {
      if (!member.id().equals(self) && !member.isReserved()) {
        seats.add(new Seat(member.id(), member.peerAddress()));
      }
    }
  }

  private List<Seat> given() {
    List<Seat> seats = new ArrayList<>();
    config.cluster().forEach((id, address) -> {
      if (!id.equals(config.id())) {
        seats.add(new Seat(id, address.toString()));
      }
    });
    for (HostPort address : config.join()) {
      seats.add(new Seat(null, address.toString()));
    }
    return seats;
  }

  private static List<String> concat(String first, List<String> others) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(others);
    return all;
  }
}
