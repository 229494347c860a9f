package io.balsa.server.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.client.BalsaClient;
import io.balsa.client.error.ClientClosedException;
import io.balsa.client.error.InvalidRequestException;
import io.balsa.client.error.LockNotObtainedException;
import io.balsa.client.error.RefusedException;
import io.balsa.client.kv.PutOption;
import io.balsa.client.lock.LockGrant;
import io.balsa.client.recipe.Leader;
import io.balsa.client.recipe.LeaderElection;
import io.balsa.client.recipe.Leadership;
import io.balsa.client.recipe.Observation;
import io.balsa.server.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each test has an election of its own. */
@Timeout(120)
class LeaderElectionTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir
  private static Path directory;

  private static ServedClients served;
  private static BalsaClient client;
  private static BalsaClient other;

  @BeforeAll
  static void start() throws Exception {
    served = new ServedClients(directory);
    client = served.client;
    other = served.other;
  }

  @AfterAll
  static void stop() {
    served.close();
  }

  @Test
  void whoObservesIsToldOfEveryChange() throws Exception {
    LeaderElection election = client.election("e/observed");
    List<Optional<Leader>> before = new CopyOnWriteArrayList<>();
    List<Optional<Leader>> later = new CopyOnWriteArrayList<>();
    try (Observation first = other.election("e/observed").observe(before::add)) {
      Await.until("that nobody leads", () -> before.equals(List.of(Optional.empty())));
      Leadership leads = election.campaign("a:1");
      leads.proclaim("a:2");
      Await.until("the second value", () -> before.contains(Optional.of(new Leader(leads.token(), "a:2"))));
      try (Observation second = election.observe(later::add)) {
        Await.until("who leads now", () -> later.size() == 1);
        leads.resign();
        Leadership next = election.campaign("b:1");
        Await.until("both are told of the next", () -> before.contains(Optional.of(new Leader(next.token(), "b:1")))
            && later.contains(Optional.of(new Leader(next.token(), "b:1"))));
        assertThat(before).containsExactly(Optional.empty(), Optional.of(new Leader(leads.token(), "a:1")),
            Optional.of(new Leader(leads.token(), "a:2")), Optional.empty(),
            Optional.of(new Leader(next.token(), "b:1")));
        assertThat(later).isEqualTo(before.subList(2, 5));
        assertThat(List.of(first, second)).allMatch(Observation::isOpen);
        next.resign();
      }
    }
  }

  @Test
  void oneLeadsAndTheNextWhenItResigns() throws Exception {
    LeaderElection election = client.election("e/next");
    assertThat(election.leader()).isEmpty();
    Leadership first = election.campaign("a:1");
    assertThat(first.isLeader()).isTrue();
    assertThat(other.election("e/next").leader()).contains(new Leader(first.token(), "a:1"));
    CompletableFuture<Leadership> second = election.campaignAsync("b:1");
    served.queued("e/next", 1);
    CompletableFuture<Leadership> third = other.election("e/next").campaignAsync("c:1", LONG);
    served.queued("e/next", 2);

    first.proclaim("a:2, with spaces");
    assertThat(election.leader()).contains(new Leader(first.token(), "a:2, with spaces"));
    first.proclaim("");
    assertThat(election.leader()).contains(new Leader(first.token(), ""));
    List<String> told = new CopyOnWriteArrayList<>();
    first.onLost(told::add);
    first.resign();
    assertThat(first.isLeader()).isFalse();

    Leadership next = ServedClients.soon(second);
    assertThat(next.token()).isGreaterThan(first.token());
    assertThat(other.election("e/next").leader()).contains(new Leader(next.token(), "b:1"));
    assertThatThrownBy(() -> first.proclaim("a:3")).isInstanceOf(RefusedException.class).hasMessageContaining("FENCED");
    first.resign();
    first.close();
    assertThat(told).as("it has resigned").isEmpty();
    assertThat(next.isLeader()).as("who resigned before takes nothing from it").isTrue();
    assertThat(election.leader()).contains(new Leader(next.token(), "b:1"));

    next.close();
    ServedClients.soon(third).resign();
    assertThat(election.leader()).isEmpty();
    assertThat(other.kv().get(election.key())).as("nothing is left over").isEmpty();
  }

  /** CURATOR-696: there a key that was left over made a leader of one that did not lead any more. */
  @Test
  void curator696_noKeyThatIsLeftOverMakesALeader() {
    LeaderElection election = client.election("e/key");
    Leadership leads = election.campaign("a");
    String key = new String(other.kv().get(election.key()).orElseThrow().value(),
        java.nio.charset.StandardCharsets.UTF_8);
    assertThat(key).isEqualTo(leads.token() + " a");
    leads.grant().release(); // the lock alone: its key stays
    assertThat(other.kv().get(election.key())).isPresent();
    assertThat(election.leader()).isEmpty();
    try (LockGrant plain = client.lock("e/key").acquire(LONG)) {
      assertThat(plain.isHeld()).isTrue();
      assertThat(election.leader()).as("its holder has proclaimed nothing").isEmpty();
      other.kv().put(election.key(), (plain.token() + 1_000) + " usurper");
      assertThat(election.leader()).isEmpty();
      other.kv().put(election.key(), "no proclamation");
      assertThatThrownBy(election::leader).isInstanceOf(RefusedException.class).hasMessageContaining("NOT_AN_ELECTION")
          .hasMessageContaining(election.key());
    }
    try (Leadership next = election.campaign("b", LONG)) {
      assertThat(election.leader()).contains(new Leader(next.token(), "b"));
    }
  }

  /** Value and lock go in one step: a watch on the key tells of every end. */
  @Test
  void aLeaderWhoseSessionEndsIsToldAndItsKeyGoesWithIt() throws Exception {
    try (BalsaClient mortal = served.connect()) {
      LeaderElection election = other.election("e/dead");
      Leadership leads = mortal.election("e/dead").campaign("a");
      List<String> told = new CopyOnWriteArrayList<>();
      leads.onLost(told::add);
      other.kv().put("e/dead/data", "1", PutOption.fencedBy(leads.grant()));
      other.leases().revoke(leads.grant().sessionId());
      assertThat(election.leader()).isEmpty();
      assertThat(other.kv().get(election.key())).isEmpty();
      Leadership next = election.campaign("b", LONG);
      Await.until("told", () -> !told.isEmpty());
      assertThat(leads.isLeader()).isFalse();
      assertThat(leads.lostReason()).isNotEmpty();
      assertThatThrownBy(() -> leads.proclaim("late")).isInstanceOf(RefusedException.class)
          .hasMessageContaining("FENCED");
      assertThatThrownBy(() -> mortal.kv().put("e/dead/data", "2", PutOption.fencedBy(leads.grant())))
          .isInstanceOf(RefusedException.class);
      leads.close();
      leads.resign();
      assertThat(election.leader()).contains(new Leader(next.token(), "b"));
      assertThat(other.kv().get("e/dead/data").orElseThrow().utf8()).isEqualTo("1");
      next.resign();
    }
  }

  /** jetcd #291, B6. */
  @Test
  void jetcd291_aCandidateThatGivesUpLeavesTheQueue() throws Exception {
    LeaderElection election = other.election("e/queue");
    Leadership leads = client.election("e/queue").campaign("a");
    assertThatThrownBy(() -> election.campaign("b", Duration.ofMillis(200)))
        .isInstanceOf(LockNotObtainedException.class);
    assertThat(other.locks().describe("e/queue").orElseThrow().queue()).isEmpty();
    assertThatThrownBy(() -> election.campaign("b", Duration.ZERO)).isInstanceOf(LockNotObtainedException.class);
    CompletableFuture<Leadership> cancelled = election.campaignAsync("b");
    served.queued("e/queue", 1);
    cancelled.cancel(false);
    served.queued("e/queue", 0);
    CompletableFuture<Leadership> timedOut = election.campaignAsync("b").orTimeout(100, TimeUnit.MILLISECONDS);
    Await.until("timed out", timedOut::isCompletedExceptionally);
    served.queued("e/queue", 0);
    assertThat(leads.isLeader()).isTrue();
    leads.resign();
  }

  /** Whenever it is cancelled, nobody leads for nobody. */
  @Test
  void aCampaignThatIsCancelledInTheMomentOfItsElectionLeadsNobody() {
    LeaderElection election = client.election("e/moment");
    List<CompletableFuture<Leadership>> campaigns = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      CompletableFuture<Leadership> campaign = election.campaignAsync("v" + i);
      campaigns.add(campaign);
      CompletableFuture.delayedExecutor(i * 50L, TimeUnit.MICROSECONDS).execute(() -> campaign.cancel(false));
    }
    Await.until("all are over", () -> campaigns.stream().allMatch(CompletableFuture::isDone));
    campaigns.stream().filter(campaign -> !campaign.isCompletedExceptionally()).forEach(c -> c.join().close());
    Await.until("nothing is left", () -> other.locks().describe("e/moment").isEmpty());
    assertThat(election.leader()).isEmpty();
  }

  /** What one is told was so at a moment of the question: the token never falls, and what was proclaimed before is seen. */
  @Test
  void theLeaderIsReadAsOfOneMomentWhileItChanges() throws Exception {
    LeaderElection election = client.election("e/reads");
    CompletableFuture<Integer> terms = CompletableFuture.supplyAsync(() -> {
      for (int i = 0; i < 60; i++) {
        try (Leadership leads = (i % 2 == 0 ? client : other).election("e/reads").campaign("t" + i)) {
          assertThat(election.leader()).contains(new Leader(leads.token(), "t" + i));
          leads.proclaim("u" + i);
          assertThat(election.leader()).contains(new Leader(leads.token(), "u" + i));
        }
      }
      return 60;
    });
    long last = 0;
    String value = "";
    int seen = 0;
    while (!terms.isDone()) {
      Optional<Leader> leader = election.leader();
      if (leader.isPresent()) {
        Leader now = leader.get();
        assertThat(now.token()).isGreaterThanOrEqualTo(last);
        if (now.token() == last && value.startsWith("u")) {
          assertThat(now.value()).isEqualTo(value);
        }
        last = now.token();
        value = now.value();
        seen++;
      }
    }
    assertThat(ServedClients.soon(terms)).isEqualTo(60);
    assertThat(seen).isPositive();
  }

  @Test
  void whatMakesNoSenseIsTold() {
    assertThatThrownBy(() -> client.election("").campaign("a")).isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("LOCK_NAME_EMPTY");
    assertThatThrownBy(() -> client.election("").leader()).isInstanceOf(InvalidRequestException.class);
    assertThatThrownBy(() -> client.election("e/large").campaign("x".repeat(1024 * 1024)))
        .isInstanceOf(InvalidRequestException.class).hasMessageContaining("VALUE_TOO_LARGE");
    assertThatThrownBy(() -> client.election("e").campaign("a", Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    String most = "x".repeat(1024 * 1024 - 20);
    try (Leadership leads = client.election("e/large").campaign(most)) {
      assertThat(client.election("e/large").leader()).contains(new Leader(leads.token(), most));
      assertThatThrownBy(() -> leads.proclaim("x".repeat(1024 * 1024 + 1))).isInstanceOf(InvalidRequestException.class);
      assertThat(leads.isLeader()).isTrue();
    }
  }

  @Test
  void aClosedClientSaysSo() {
    BalsaClient closed = served.connect();
    Leadership leads = closed.election("e/closed").campaign("a");
    closed.close();
    assertThat(leads.isLeader()).isFalse();
    leads.close();
    assertThatThrownBy(() -> leads.proclaim("b")).isInstanceOf(ClientClosedException.class);
    assertThatThrownBy(() -> closed.election("e/closed").campaign("b")).isInstanceOf(ClientClosedException.class);
    assertThatThrownBy(() -> closed.election("e/closed").leader()).isInstanceOf(ClientClosedException.class);
    Await.until("closing ends it", () -> other.election("e/closed").leader().isEmpty());
  }
}
