package io.balsa.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.log.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerConfigTest {
  private static final String CLUSTER = "n1=10.0.0.1:7101,n2=10.0.0.2:7101,n3=10.0.0.3:7101";

  @TempDir
  Path directory;

  private final Map<Setting, String> flags = new EnumMap<>(Setting.class);
  private final Map<String, String> environment = new TreeMap<>();

  @BeforeEach
  void giveTheLeast() {
    flags.put(Setting.ID, "n1");
    flags.put(Setting.DATA, directory.toString());
    flags.put(Setting.LISTEN, "0.0.0.0:7101");
    flags.put(Setting.CLUSTER, CLUSTER);
  }

  private ServerConfig load() throws ConfigException {
    return ServerConfig.load(flags, environment);
  }

  private void refusedWith(String... parts) {
    assertThatThrownBy(this::load).isInstanceOf(ConfigException.class).hasMessageContainingAll(parts);
  }

  @Test
  void theLeastThatIsGivenIsEnough() throws Exception {
    ServerConfig config = load();
    assertThat(config.cluster().navigableKeySet()).containsExactly(new NodeId("n1"), new NodeId("n2"),
        new NodeId("n3"));
    assertThat(config.peerListen()).as("peers come to --listen").isNull();
    assertThat(config.peerAdvertise()).hasToString("10.0.0.1:7101");
    assertThat(config.advertise()).as("a wildcard cannot be dialled").hasToString("10.0.0.1:7101");
    assertThat(config.limits()).isEqualTo(RequestLimits.DEFAULT);
    assertThat(config.opsListen()).isNull();
  }

  @Test
  void flagBeatsEnvironmentBeatsFile() throws Exception {
    Path file = write("""
        listen: 1.1.1.1:1
        advertise: 1.1.1.1:1
        ops-listen: 1.1.1.1:1
        """);
    flags.put(Setting.CONFIG, file.toString());
    environment.put("BALSA_ADVERTISE", "2.2.2.2:2");
    environment.put("BALSA_LISTEN", "2.2.2.2:2");
    ServerConfig config = load();
    assertThat(config.listen()).hasToString("0.0.0.0:7101");
    assertThat(config.advertise()).hasToString("2.2.2.2:2");
    assertThat(config.opsListen()).hasToString("1.1.1.1:1");
  }

  @Test
  void aFileMayWriteTheClusterAsAMap() throws Exception {
    flags.remove(Setting.CLUSTER);
    environment.put("BALSA_CONFIG", write("""
        cluster:
          n1: 10.0.0.1:7101
          n2: 10.0.0.2:7101
        peer-route:
          n2: 127.0.0.1:9999
        """).toString());
    ServerConfig config = load();
    assertThat(config.cluster()).hasSize(2);
    assertThat(config.peerRoutes().get(new NodeId("n2"))).hasToString("127.0.0.1:9999");
  }

  @Test
  void anUnknownSettingInTheFileIsNamed() throws Exception {
    flags.put(Setting.CONFIG, write("lisen: 1.1.1.1:1\n").toString());
    refusedWith("lisen", "listen, advertise");
  }

  @Test
  void aFileThatIsNoYamlOrNotThereIsSaid() throws Exception {
    flags.put(Setting.CONFIG, write("listen: [1.1.1.1:1\n").toString());
    refusedWith("not YAML");
    flags.put(Setting.CONFIG, directory.resolve("none.yaml").toString());
    refusedWith("none.yaml", "a file that exists");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      n1=10.0.0.1:7101,,n3=10.0.0.3:7101      | name=host:port
      n1:10.0.0.1:7101                        | name=host:port
      n1=10.0.0.1                             | n1, host:port
      n1=10.0.0.1:99999                       | no port between 1 and 65535
      n1=10.0.0.1:x                           | no port between 1 and 65535
      n1=0.0.0.0:7101                         | nobody can dial 0.0.0.0:7101
      n1=:7101                                | host:port
      n1=10.0.0.1:7101,n1=10.0.0.2:7101       | n1 stands twice
      n1=10.0.0.1:7101,n2=10.0.0.1:7101       | given for two nodes
      n 1=10.0.0.1:7101                       | no name for a node
      n2=10.0.0.2:7101,n3=10.0.0.3:7101       | does not name this node, n1
      """)
  void aMalformedClusterSaysWhatToWrite(String cluster, String expected) {
    flags.put(Setting.CLUSTER, cluster);
    refusedWith(("--cluster, " + expected).split(", "));
  }

  /** What was not given is told apart from what was given as nothing: an operator's label stays then. */
  @Test
  void labelsAndReplacement() throws Exception {
    ServerConfig config = load();
    assertThat(config.zone()).isNull();
    assertThat(config.priority()).isNull();
    assertThat(config.replacement()).isEqualTo(new Replacement(true, 10_000));
    flags.put(Setting.ZONE, "rack-7");
    environment.put("BALSA_PRIORITY", "-5");
    flags.put(Setting.CONFIG, write("auto-replace: off\nreplace-after-millis: 2500\n").toString());
    config = load();
    assertThat(config.zone()).isEqualTo("rack-7");
    assertThat(config.priority()).isEqualTo(-5);
    assertThat(config.replacement()).isEqualTo(new Replacement(false, 2_500));
    flags.put(Setting.AUTO_REPLACE, "true");
    assertThat(load().replacement().automatic()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"ZONE,a b,digits", "PRIORITY,1001,between -1000 and 1000", "PRIORITY,high,whole number",
      "AUTO_REPLACE,perhaps,neither on nor off", "REPLACE_AFTER_MILLIS,10,between 1000"})
  void labelsAndReplacementThatMakeNoSense(Setting setting, String value, String expected) {
    flags.put(setting, value);
    refusedWith(setting.flag(), expected);
  }

  @Test
  void historyAndSpace() throws Exception {
    ServerConfig config = load();
    assertThat(config.history()).isEqualTo(new HistoryLimits(Duration.ofHours(1), 1_000_000));
    assertThat(config.spaceQuotaBytes()).isEqualTo(8L << 30);
    flags.put(Setting.CONFIG, write("compact-age: 0\ncompact-count: 0\nspace-quota: 0\n").toString());
    config = load();
    assertThat(config.history()).isEqualTo(new HistoryLimits(Duration.ZERO, 0));
    assertThat(config.spaceQuotaBytes()).isZero();
    environment.put("BALSA_COMPACT_COUNT", "5000");
    flags.put(Setting.SPACE_QUOTA, "16777216");
    for (String[] age : new String[][]{{"7d", "PT168H"}, {"2h", "PT2H"}, {"30m", "PT30M"}, {"90s", "PT1M30S"},
        {"1500ms", "PT1.5S"}}) {
      flags.put(Setting.COMPACT_AGE, age[0]);
      assertThat(load().history()).isEqualTo(new HistoryLimits(Duration.parse(age[1]), 5_000));
    }
    assertThat(load().spaceQuotaBytes()).isEqualTo(16 << 20);
  }

  @ParameterizedTest
  @CsvSource({"COMPACT_AGE,3600,is no time", "COMPACT_AGE,1 h,is no time", "COMPACT_AGE,-1h,is no time",
      "COMPACT_AGE,10ms,less than a second", "COMPACT_COUNT,-1,not between 0", "SPACE_QUOTA,1000,less than 16777216",
      "SPACE_QUOTA,8G,whole number"})
  void historyAndSpaceThatMakeNoSense(Setting setting, String value, String expected) {
    flags.put(setting, value);
    refusedWith(setting.flag(), expected);
  }

  @Test
  void aJoinerNeedsNoCluster() throws Exception {
    flags.remove(Setting.CLUSTER);
    flags.put(Setting.JOIN, "10.0.0.1:7101, 10.0.0.2:7101");
    flags.put(Setting.LISTEN, "10.0.0.9:7101");
    ServerConfig config = load();
    assertThat(config.join()).extracting(HostPort::toString).containsExactly("10.0.0.1:7101", "10.0.0.2:7101");
    assertThat(config.peerAdvertise()).hasToString("10.0.0.9:7101");
    flags.put(Setting.LISTEN, "0.0.0.0:7101");
    refusedWith("--peer-advertise is missing");
  }

  @Test
  void whatIsMissingIsNamedInAllThreeWays() {
    flags.remove(Setting.LISTEN);
    refusedWith("--listen H:P is missing", "BALSA_LISTEN", "--config");
    giveTheLeast();
    flags.remove(Setting.CLUSTER);
    refusedWith("--cluster is missing", "n1=HOST:PORT");
    flags.put(Setting.CLUSTER, CLUSTER);
    flags.put(Setting.JOIN, "10.0.0.1:7101");
    refusedWith("--cluster and --join exclude each other");
  }

  @Test
  void aNodeThatNobodyWouldFindIsRefused() throws Exception {
    flags.put(Setting.LISTEN, "0.0.0.0:8000");
    refusedWith("--cluster lists peer addresses", "--peer-listen H:7101", "--peer-advertise 10.0.0.1:7101");
    flags.put(Setting.PEER_LISTEN, "0.0.0.0:7101");
    assertThat(load().peerListen()).hasToString("0.0.0.0:7101");
    flags.remove(Setting.PEER_LISTEN);
    flags.put(Setting.PEER_ADVERTISE, "10.0.0.1:7101");
    assertThat(load().peerAdvertise()).hasToString("10.0.0.1:7101");
    flags.put(Setting.PEER_ADVERTISE, "10.0.0.9:7101");
    refusedWith("they must be the same");
  }

  @Test
  void limitsOnlyGoDown() throws Exception {
    flags.put(Setting.VALUE_BYTES_MAX, "1000");
    assertThat(load().limits().valueBytesMax()).isEqualTo(1000);
    flags.put(Setting.VALUE_BYTES_MAX, "2000000");
    refusedWith("--value-bytes-max", "2000000 is not between 1 and 1048576");
    flags.put(Setting.VALUE_BYTES_MAX, "1k");
    refusedWith("not a whole number");
  }

  @Test
  void ipv6IsWrittenInBrackets() throws Exception {
    flags.put(Setting.LISTEN, "[::1]:7101");
    flags.put(Setting.CLUSTER, "n1=[::1]:7101");
    assertThat(load().listen()).isEqualTo(new HostPort("::1", 7101)).hasToString("[::1]:7101");
    flags.put(Setting.LISTEN, "::1:7101");
    refusedWith("[ipv6]:port");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(directory.resolve("balsa.yaml"), text);
  }
}
