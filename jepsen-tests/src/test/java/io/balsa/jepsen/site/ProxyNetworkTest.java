package io.balsa.jepsen.site;

import static io.balsa.jepsen.site.ProxyEnds.DIALLED;
import static io.balsa.jepsen.site.ProxyEnds.Pair.abort;
import static io.balsa.jepsen.site.ProxyEnds.Pair.isQuiet;
import static io.balsa.jepsen.site.ProxyEnds.Pair.isReset;
import static io.balsa.jepsen.site.ProxyEnds.Pair.receive;
import static io.balsa.jepsen.site.ProxyEnds.Pair.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.jepsen.site.ProxyEnds.Pair;
import io.balsa.jepsen.site.Trouble.Cut;
import io.balsa.jepsen.site.Trouble.Delay;
import io.balsa.jepsen.site.Trouble.HalfClose;
import io.balsa.jepsen.site.Trouble.Loss;
import io.balsa.jepsen.site.Trouble.Rate;
import io.balsa.jepsen.site.Trouble.Reset;
import io.balsa.jepsen.site.Trouble.Stall;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Proxies as plain sockets meet them. */
@Timeout(60)
class ProxyNetworkTest {
  private static final Link BACK = DIALLED.back();

  private ProxyEnds ends;

  @BeforeEach
  void listen() throws IOException {
    ends = new ProxyEnds();
    ends.listen();
  }

  @AfterEach
  void close() throws Exception {
    ends.close();
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /** Sends while the caller goes on. */
  private static CompletableFuture<Void> sending(Socket from, byte[] bytes) {
    return CompletableFuture.runAsync(() -> {
      try {
        OutputStream out = from.getOutputStream();
        out.write(bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  @Test
  void bytesAndEndsGoThroughBothWays() throws IOException {
    Pair pair = ends.connect();
    send(pair.far(), "welcome");
    assertThat(receive(pair.near(), 7)).isEqualTo("welcome");

    pair.near().shutdownOutput();
    assertThat(pair.far().getInputStream().read()).isEqualTo(-1);
    send(pair.far(), "still here");
    assertThat(receive(pair.near(), 10)).isEqualTo("still here");
    pair.far().close();
    assertThat(pair.near().getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void aResetGoesThrough() throws IOException {
    Pair pair = ends.connect();
    abort(pair.near());
    assertThat(isReset(pair.far())).isTrue();
    Pair other = ends.connect();
    abort(other.far());
    assertThat(isReset(other.near())).isTrue();
  }

  @Test
  void aProxyRefusesWhileItsTargetDoes() throws IOException {
    Pair pair = ends.connect();
    ends.stopListening();
    abort(pair.far()); // as the kernel does for who is killed
    ends.awaitRefusal(DIALLED);
    ends.awaitRefusal(new Link(Link.CLIENTS, "n1"));

    ends.listen();
    Pair again = ends.connect();
    send(again.far(), "back");
    assertThat(receive(again.near(), 4)).isEqualTo("back");
  }

  @Test
  void whatOneDoesNotReadTheOtherCannotSend() throws IOException {
    ends.connect();
    assertThat(ends.fillProxy(1L << 30)).isBetween(1L << 16, 64L << 20);
  }

  @Test
  void aDelayedDirectionIsLaterByThatAndTheOtherIsNot() throws IOException {
    Pair pair = ends.connect();
    Duration delay = Duration.ofMillis(800);
    ends.network.make(DIALLED, new Delay(delay));

    long begin = System.nanoTime();
    send(pair.near(), "one");
    send(pair.far(), "two");
    assertThat(receive(pair.near(), 3)).isEqualTo("two");
    assertThat(since(begin)).isLessThan(delay);
    assertThat(receive(pair.far(), 3)).isEqualTo("one");
    assertThat(since(begin)).isGreaterThanOrEqualTo(delay);

    send(pair.near(), "three");
    ends.network.heal();
    assertThat(receive(pair.far(), 5)).isEqualTo("three");
  }

  @Test
  void aStalledDirectionTakesNoMoreAndLosesNothing() throws IOException {
    Pair pair = ends.connect();
    ends.network.make(DIALLED, new Stall());
    byte[] much = new byte[40 << 20];
    new Random(1).nextBytes(much);
    CompletableFuture<Void> sending = sending(pair.near(), much);
    assertThat(isQuiet(pair.far())).isTrue();
    assertThat(sending).isNotDone();
    send(pair.far(), "other way");
    assertThat(receive(pair.near(), 9)).isEqualTo("other way");

    ends.network.heal();
    pair.far().setSoTimeout(ProxyEnds.MOST_MILLIS);
    assertThat(pair.far().getInputStream().readNBytes(much.length)).isEqualTo(much);
    sending.join();
  }

  @Test
  void aCutIsOneWayOnConnectionsThatAreThereAndHealingBringsWhatWasSent() throws IOException {
    Pair pair = ends.connect();
    ends.network.make(BACK, new Cut());
    send(pair.far(), "answer");
    assertThat(isQuiet(pair.near())).isTrue();
    send(pair.near(), "question");
    assertThat(receive(pair.far(), 8)).isEqualTo("question");
    ends.network.heal();
    assertThat(receive(pair.near(), 6)).isEqualTo("answer");
  }

  @Test
  void whoDialsAcrossACutHearsNothingUntilItIsHealed() throws IOException {
    ends.connect();
    for (Link cut : List.of(DIALLED, BACK)) {
      ends.network.make(cut, new Cut());
      Socket near = ends.dial(DIALLED);
      send(near, "anybody?");
      assertThat(isQuiet(near)).as("cut %s", cut).isTrue();
      Pair unhurt = ends.connect(new Link(Link.CLIENTS, "n1"));
      assertThat(unhurt.far().isConnected()).isTrue();

      ends.network.heal();
      Socket far = ends.accept("anybody?");
      send(far, "me");
      assertThat(receive(near, 2)).isEqualTo("me");
    }
  }

  @Test
  void whoDialsADeadTargetAcrossACutIsNotRefused() throws IOException {
    Pair pair = ends.connect();
    ends.network.make(BACK, new Cut());
    ends.stopListening();
    abort(pair.far());
    assertThat(ends.refuses(DIALLED)).isFalse();
    Socket near = ends.dial(DIALLED);
    assertThat(isQuiet(near)).isTrue();
    ends.awaitRefusal(new Link(Link.CLIENTS, "n1"));

    ends.network.heal();
    assertThat(isReset(near)).isTrue();
    ends.awaitRefusal(DIALLED);
  }

  @Test
  void theEndOfAConnectionDoesNotCrossACut() throws IOException {
    Pair pair = ends.connect();
    ends.network.make(DIALLED, new Cut());
    abort(pair.near());
    assertThat(isQuiet(pair.far())).isTrue();
    ends.network.heal();
    assertThat(isReset(pair.far())).isTrue();
  }

  @Test
  void troubleIsWithWhatFlowsFromAnEndWhoeverDialled() throws IOException {
    Pair pair = ends.connect();
    ends.network.make(new Link("n1", "n2"), new Stall()); // n2 has dialled
    send(pair.far(), "held");
    assertThat(isQuiet(pair.near())).isTrue();
    ends.network.heal();
    assertThat(receive(pair.near(), 4)).isEqualTo("held");
  }

  @Test
  void halfClosedMeansThatTheReceiverReadsTheEndAndStillAnswers() throws IOException {
    Pair pair = ends.connect();
    ends.network.make(DIALLED, new HalfClose());
    assertThat(pair.far().getInputStream().read()).isEqualTo(-1);
    send(pair.far(), "still here");
    assertThat(receive(pair.near(), 10)).isEqualTo("still here");

    ends.network.make(BACK, new HalfClose());
    assertThat(pair.near().getInputStream().read()).isEqualTo(-1);
    ends.network.heal();
    Pair later = ends.connect();
    send(later.far(), "whole");
    assertThat(receive(later.near(), 5)).isEqualTo("whole");
  }

  @Test
  void resetEndsConnectionsThatAreThereAndNewOnes() throws IOException {
    Pair pair = ends.connect();
    ends.network.make(DIALLED, new Reset());
    assertThat(isReset(pair.near())).isTrue();
    assertThat(isReset(pair.far())).isTrue();
    assertThat(ends.resets(DIALLED)).isTrue();
    ends.connect(new Link(Link.CLIENTS, "n1"));
    ends.network.heal();
    ends.connect();
  }

  @Test
  void aRateIsForAllConnectionsOfALinkTogether() throws IOException {
    Pair one = ends.connect();
    Pair two = ends.connect();
    int rate = 200_000;
    ends.network.make(DIALLED, new Rate(rate));
    long begin = System.nanoTime();
    CompletableFuture<Void> sending = CompletableFuture.allOf(sending(one.near(), new byte[rate / 2]),
        sending(two.near(), new byte[rate / 2]));
    assertThat(receive(one.far(), rate / 2)).hasSize(rate / 2);
    assertThat(receive(two.far(), rate / 2)).hasSize(rate / 2);
    sending.join();
    assertThat(since(begin)).isGreaterThan(Duration.ofMillis(900));

    begin = System.nanoTime();
    CompletableFuture<Void> unlimited = sending(one.far(), new byte[rate * 10]);
    one.near().setSoTimeout(ProxyEnds.MOST_MILLIS);
    one.near().getInputStream().skipNBytes(rate * 10L);
    unlimited.join();
    assertThat(since(begin)).as("the other way").isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void noByteIsLostOrTurnedWhateverHappens() throws IOException {
    Pair pair = ends.connect();
    Random random = new Random(7);
    byte[] bytes = new byte[4 << 20];
    random.nextBytes(bytes);
    CompletableFuture<Void> sending = sending(pair.near(), bytes);
    CompletableFuture<Void> troubling = CompletableFuture.runAsync(() -> {
      List<Trouble> troubles = List.of(new Cut(), new Stall(), new Delay(Duration.ofMillis(7)), new Rate(2_000_000),
          new Delay(Duration.ofMillis(1)));
      for (int i = 0; i < 200; i++) {
        ends.network.make(DIALLED, troubles.get(random.nextInt(troubles.size())));
        if (random.nextInt(3) == 0) {
          ends.network.heal();
        }
      }
      ends.network.heal();
    });
    pair.far().setSoTimeout(ProxyEnds.MOST_MILLIS);
    assertThat(pair.far().getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
    CompletableFuture.allOf(sending, troubling).join();
  }

  @Test
  void aLossOfPacketsCannotBeMade() {
    assertThat(ends.network.can(Loss.class)).isFalse();
    assertThatThrownBy(() -> ends.network.make(DIALLED, new Loss(10))).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> ends.network.make(new Link("n1", "elsewhere"), new Cut()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
