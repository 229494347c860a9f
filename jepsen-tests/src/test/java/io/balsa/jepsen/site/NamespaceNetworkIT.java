package io.balsa.jepsen.site;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.balsa.jepsen.site.Trouble.Cut;
import io.balsa.jepsen.site.Trouble.Delay;
import io.balsa.jepsen.site.Trouble.HalfClose;
import io.balsa.jepsen.site.Trouble.Loss;
import io.balsa.jepsen.site.Trouble.Rate;
import io.balsa.jepsen.site.Trouble.Reset;
import io.balsa.jepsen.site.Trouble.Stall;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Troubles between namespaces, as shells in them and sockets out here meet them. No cluster. */
@Timeout(120)
class NamespaceNetworkIT {
  private static final Link FROM_N1 = new Link("n1", Link.CLIENTS);
  private static final int QUIET_MILLIS = 1000;
  private static final int MOST_MILLIS = 20_000;

  private NamespaceSite site;
  /** What clients, and what the run itself, are seen as by the nodes. */
  private String clients;
  private String looking;

  @BeforeAll
  static void requireNamespaces() {
    Optional<String> reason = Sites.canNamespaces();
    assumeTrue(reason.isEmpty(), () -> "no namespaces here: " + reason.orElseThrow());
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "the nodes of these tests are shells: no bash");
  }

  @BeforeEach
  void open() {
    site = NamespaceSite.open(Sites.DISK_BYTES);
    looking = outside(site.address(1));
    clients = outside(site.clients().resolve(site.address(1)));
    site.launcher(1);
    site.launcher(2);
  }

  private static String outside(String address) {
    return address.substring(0, address.lastIndexOf('.')) + ".254";
  }

  @AfterEach
  void close() {
    site.close();
    assertThat(Namespace.names()).noneMatch(name -> RunName.of(name).filter(RunName::isAlive).isPresent());
  }

  private Process shell(int node, String script) throws IOException {
    List<String> command = new ArrayList<>(site.launcher(node));
    command.addAll(List.of("bash", "-c", script));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** Whether a packet gets from one node to the other and the answer back: there is nothing to connect to, and the other says so. */
  private boolean reaches(int from, int to) throws Exception {
    Process shell = shell(from, "timeout 2 bash -c '</dev/tcp/" + site.address(to).replace(':', '/') + "'");
    String said = new String(shell.getInputStream().readAllBytes(), UTF_8);
    assertThat(said).matches("(?s)|.*Connection refused.*");
    shell.waitFor();
    return said.contains("refused");
  }

  /** A shell in n1 that is connected to a socket here, and prints what it reads. */
  private EchoingShell connected(String to) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName(to))) {
      server.setSoTimeout(MOST_MILLIS);
      Process shell = shell(1, "exec 3<>/dev/tcp/" + to + "/" + server.getLocalPort() + "; cat <&3 & cat >&3");
      return new EchoingShell(shell, server.accept());
    }
  }

  @Test
  void nodesReachEachOtherAndACutGoesOneWay() throws Exception {
    assertThat(reaches(1, 2)).isTrue();
    assertThat(reaches(2, 1)).isTrue();

    site.network().make(new Link("n1", "n2"), new Cut());
    assertThat(reaches(1, 2)).as("the question is lost").isFalse();
    assertThat(reaches(2, 1)).as("the answer is lost").isFalse();

    site.network().heal();
    assertThat(reaches(1, 2)).isTrue();
  }

  @Test
  void aCutTakesWhatOneEndSendsOnAConnectionThatIsThereAndHealingBringsIt() throws Exception {
    try (EchoingShell shell = connected(clients)) {
      shell.says("hello");
      assertThat(shell.heard(MOST_MILLIS)).isEqualTo("hello");

      site.network().make(FROM_N1, new Cut());
      shell.says("lost");
      assertThatThrownBy(() -> shell.heard(QUIET_MILLIS)).isInstanceOf(SocketTimeoutException.class);
      shell.isTold("still comes");
      assertThat(shell.printed()).isEqualTo("still comes");

      site.network().heal();
      assertThat(shell.heard(MOST_MILLIS)).as("TCP sends it again").isEqualTo("lost");
    }
  }

  @Test
  void theRunLooksAtANodeThatIsCutFromEverybody() throws Exception {
    for (String other : List.of("n2", Link.CLIENTS)) {
      site.network().make(new Link("n1", other), new Cut());
      site.network().make(new Link(other, "n1"), new Cut());
    }
    try (EchoingShell shell = connected(looking)) {
      shell.says("here");
      assertThat(shell.heard(MOST_MILLIS)).isEqualTo("here");
    }
  }

  @Test
  void aResetEndsAConnectionThatIsThere() throws Exception {
    try (EchoingShell shell = connected(clients)) {
      site.network().make(FROM_N1, new Reset());
      shell.says("anything");
      assertThat(shell.printed()).contains("Connection reset by peer");
    }
  }

  @Test
  void halfOfThePacketsAreLostAndAllBytesArrive() throws Exception {
    site.network().make(FROM_N1, new Loss(50));
    try (EchoingShell shell = connected(clients)) {
      for (int i = 0; i < 10; i++) {
        shell.says("line " + i);
        assertThat(shell.heard(MOST_MILLIS)).isEqualTo("line " + i);
      }
    }
  }

  @Test
  void noMoreThanTheRateGetsThroughAndOtherLinksAreAsFastAsEver() throws Exception {
    int rate = 100_000;
    try (EchoingShell slow = connected(clients); EchoingShell fast = connected(looking)) {
      site.network().make(FROM_N1, new Rate(rate));
      long begin = System.nanoTime();
      slow.sends(3 * rate);
      slow.hears(3 * rate);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofSeconds(2));

      begin = System.nanoTime();
      fast.sends(30 * rate);
      fast.hears(30 * rate);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));

      site.network().heal();
      begin = System.nanoTime();
      slow.sends(30 * rate);
      slow.hears(30 * rate);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void whatANodeThatJoinsLaterSendsIsLookedAtToo() throws Exception {
    site.network().make(new Link("n3", "n1"), new Cut());
    assertThat(reaches(3, 1)).isFalse();
    assertThat(reaches(3, 2)).isTrue();
    site.network().heal();
    assertThat(reaches(3, 1)).isTrue();
  }

  @Test
  void whatCannotBeDoneIsSaidAndRefused() {
    assertThat(List.of(Cut.class, Loss.class, Rate.class, Reset.class)).allMatch(site.network()::can);
    assertThat(List.of(Delay.class, Stall.class, HalfClose.class)).noneMatch(site.network()::can);
    assertThatThrownBy(() -> site.network().make(FROM_N1, new Stall())).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> site.network().make(new Link("n1", "x"), new Cut()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void newTroubleOnALinkTakesThePlaceOfTheOld() throws Exception {
    Link link = new Link("n1", "n2");
    site.network().make(link, new Loss(100));
    assertThat(reaches(1, 2)).isFalse();
    site.network().make(link, new Rate(1_000_000));
    assertThat(reaches(1, 2)).isTrue();
    site.network().make(link, new Cut());
    assertThat(reaches(1, 2)).isFalse();
  }

  /** Who has lost its switch cannot tell what crosses it. */
  @Test
  void troubleThatCannotBeSeenToBeThereIsNotTakenForMade() {
    String wire = Namespace.names().stream()
        .filter(name -> name.endsWith("-switch") && RunName.of(name).filter(RunName::isAlive).isPresent()).findFirst()
        .orElseThrow();
    Commands.run("ip", "netns", "delete", wire);
    try {
      assertThatThrownBy(() -> site.network().make(FROM_N1, new Cut())).isInstanceOf(IllegalStateException.class);
    } finally {
      Commands.run("ip", "netns", "add", wire);
    }
  }
}
