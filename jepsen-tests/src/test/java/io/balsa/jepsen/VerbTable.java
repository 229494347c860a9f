package io.balsa.jepsen;

import static io.balsa.jepsen.VerbCase.COMMAND_NOT_STARTED;
import static io.balsa.jepsen.VerbCase.NOT_OBTAINED;
import static io.balsa.jepsen.VerbCase.REFUSED;
import static io.balsa.jepsen.VerbCase.USAGE;
import static io.balsa.jepsen.VerbCase.json;
import static io.balsa.jepsen.VerbCase.refused;
import static io.balsa.jepsen.VerbCase.text;

import java.util.List;
import java.util.stream.Stream;

/** Every verb in right and in wrong use. {@link VerbsIT} says when one is left out. */
final class VerbTable {
  private static final String MEMBER_ROW = "n[1-5] .*\n";
  private static final String BENCH = "op clients inFlight seconds operations errors opsPerSecond latencyMicros";
  private static final String BACKUP = "clusterId revision index term createdAt version bytes digest";
  private static final String[] SHORT_LOAD = {"--warmup", "0", "--seconds", "1", "--clients", "2", "--in-flight", "4",
      "--keys", "10"};

  private VerbTable() {}

  /** In this order: some stand on what those before them did. */
  static List<VerbCase> right(VerbStage stage) {
    return Stream.of(keys(stage), leasesAndLocks(stage), backups(stage), cluster(stage), ofTheProgram())
        .flatMap(List::stream).toList();
  }

  private static List<VerbCase> keys(VerbStage stage) {
    long revision = stage.revision();
    return List.of(text("revision [0-9]+\n", "put", "v/a", "1"), json("revision", "put", "--", "v/b", "-2"),
        text("1", "get", "v/a"), json("key value createRevision modRevision version lease", "get", "v/a"),
        text("v/a\t1\nv/b\t-2\nv/old\tfirst\nv/word\tmany\n", "range", "v/"),
        json("revision keyValues", "range", "v/", "--reverse"), text("4\n", "range", "v/", "--count"),
        json("count", "range", "v/", "--count"),
        text("5\n", "incr", "v/a", "4"), json("value", "incr", "v/a", "-4"),
        text("then  revision [0-9]+\nget v/a\t1\nput v/c\n", "txn").reading("exists v/a\nthen\nget v/a\nput v/c 3\n"),
        json("succeeded revision responses", "txn").reading("then\nget v/a\nrange v/\nput v/d 4\nincr v/a\ndel v/b\n"),
        text(revision + "\tPUT\tv/old\tfirst\n", "watch", "v/", "--from", revision, "--limit", "1"),
        json("revision type key keyValue", "watch", "v/", "--from", revision, "--limit", "1"),
        text("1\n", "del", "v/c"), json("deleted revision", "del", "--prefix", "v/d"),
        text(revision + "\n", "compact", revision), json("compactedRevision", "compact", revision));
  }

  private static List<VerbCase> leasesAndLocks(VerbStage stage) {
    long lease = stage.lease();
    return List.of(text("[0-9]+\n", "lease", "grant", "10m"), json("id ttlMillis", "lease", "grant", "7d"),
        text("lease [0-9]+: .+ of 1 h are left; keys: 0\n", "lease", "ttl", lease),
        json("id session ttlMillis remainingMillis keyCount lockCount keys", "lease", "ttl", lease, "--keys"),
        text("lease " + lease + " lives for 1 h\n", "lease", "keep-alive", lease, "--once"),
        json("id ttlMillis", "lease", "keep-alive", lease, "--once"),
        text(" *ID  KIND .*" + lease + "  lease .*", "lease", "list"), json("leases", "lease", "list"),
        text("0\n", "lease", "revoke", lease), json("deleted", "lease", "revoke", stage.lease()),
        text("-- v/l\n", "lock", "v/l", "--", "/bin/sh", "-c", "echo -- $BALSA_LOCK_NAME"),
        text("LOCK .*v/held  exclusive .*alice\n", "lock", "--list", "v/"), json("locks", "lock", "--list"),
        text("v/held, exclusive\n.*holds .*alice.*", "lock", "--describe", VerbStage.HELD),
        json("name mode permits holders queue", "lock", "--describe", VerbStage.HELD),
        text("1 lock in use, 0 requests wait, no deadlock\n", "lock", "--graph", "v/"),
        json("nodes edges deadlocks possibleDeadlocks", "lock", "--graph"));
  }

  private static List<VerbCase> backups(VerbStage stage) {
    Object file = stage.newFile("backup");
    return List.of(text("saved and verified .*/backup-[0-9]+: revision .*\n", "snapshot", "save", file),
        json("file member " + BACKUP, "snapshot", "save", stage.newFile("backup")),
        text("file +.*/backup-[0-9]+, whole.*digest .*\n", "snapshot", "status", file),
        json("file " + BACKUP, "snapshot", "status", file),
        text("restored .*", "snapshot", "restore", file, "--data", stage.newFile("data")),
        json("file data " + BACKUP, "snapshot", "restore", file, "--data", stage.newFile("data")));
  }

  private static List<VerbCase> cluster(VerbStage stage) {
    String follower = stage.follower();
    String first = stage.first().id();
    String second = stage.second().id();
    return List.of(text("ID .*\n(" + MEMBER_ROW + "){3}", "status"), json("members", "status", "--hash"),
        text(follower + "  127\\..*\n", "leader", "transfer", follower), text(follower + "  127\\..*\n", "leader"),
        json("leaderId address", "leader"), json("leaderId address", "leader", "transfer"),
        text("balsa server --id " + first + " --data DIR --listen .* --join .*\n", "member", "add", first,
            stage.first().address(), "--zone", "west").withNotes(),
        json("id command", "member", "add", second, stage.second().address()),
        text(first + " is a voter\n", "member", "promote", first, "--wait").withNotes(),
        json("id voter", "member", "promote", second, "--wait").withNotes(),
        text("ID .*\n(" + MEMBER_ROW + "){5}", "member", "list"), json("members", "member", "list"),
        text(first + " is set\n", "member", "set", first, "--zone", "east"),
        json("id", "member", "set", second, "--priority", "-1"),
        text(first + " is removed\n", "member", "remove", first),
        json("id removed", "member", "remove", second));
  }

  private static List<VerbCase> ofTheProgram() {
    return List.of(text("OP .*\nput .*", bench("put")).withNotes(), json(BENCH, bench("get")).withNotes(),
        json(BENCH, bench("incr")).withNotes(), json(BENCH, bench("mix")).withNotes(),
        text(".*complete .*-F _complete_balsa.*", "completion", "zsh"), text("balsa [0-9].*\n", "--version"),
        text("Usage: balsa .*Exit status: 0 done.*", "--help"));
  }

  private static Object[] bench(String... words) {
    return Stream.of(Stream.of("bench"), Stream.of(words), Stream.of(SHORT_LOAD)).flatMap(word -> word).toArray();
  }

  /** In any order, and at once. They change nothing. */
  static List<VerbCase> wrong(VerbStage stage) {
    return Stream.of(wrongWithKeys(), wrongCoordination(stage), wrongWithTheCluster(stage), wrongWithTheProgram())
        .flatMap(List::stream).toList();
  }

  private static List<VerbCase> wrongWithKeys() {
    return List.of(refused(USAGE, "K is missing", "get"), refused(USAGE, "unknown argument 'b'", "get", "a", "b"),
        refused(USAGE, "unknown option '--bogus'", "get", "a", "--bogus"),
        refused(USAGE, "--output: 'xml' is none of text, json", "get", "a", "-o", "xml"),
        refused(USAGE, "--timeout: 'x' is not a duration", "get", "a", "--timeout", "x"),
        refused(USAGE, "'nowhere' is not host:port", "get", "a", "--endpoints", "nowhere"),
        refused(USAGE, "'xy' is not hexadecimal", "get", "--hex", "xy"),
        refused(REFUSED, "no key 'v/none'", "get", "v/none", "-o", "json"),
        refused(USAGE, "V is missing", "put", "a"), refused(USAGE, "unknown option '-k'|write --", "put", "-k", "v"),
        refused(USAGE, "like reports:42", "put", "k", "v", "--fence", "l"),
        refused(REFUSED, "KEY_EMPTY", "put", "", "v"), refused(REFUSED, "4096|4097", "put", "k".repeat(4097), "v"),
        refused(REFUSED, "1048576|1048577", "put", "v/large", "-").reading("v".repeat((1 << 20) + 1)),
        refused(REFUSED, "LEASE_NOT_FOUND", "put", "v/x", "1", "--lease", "4611686018427387904"),
        refused(USAGE, "an empty prefix would delete everything", "del", "--prefix", ""),
        refused(REFUSED, "no key 'v/none'; nothing was changed", "del", "v/none").withNotes(),
        refused(USAGE, "--count counts all", "range", "v/", "--count", "--limit", "1"),
        refused(REFUSED, "FUTURE_REVISION", "range", "v/", "--revision", "1000000000"),
        refused(USAGE, "N: 'x' is no whole number", "incr", "a", "x"),
        refused(REFUSED, "NOT_A_NUMBER", "incr", "v/word"),
        refused(USAGE, "line 2|putt", "txn").reading("then\nputt a b\n"),
        refused(USAGE, "no line 'then'", "txn"),
        refused(REFUSED, "nothing was done", "txn").reading("missing v/word\nthen\nput v/word 1\n")
            .withNotes(),
        refused(USAGE, "revision 0 is none", "compact", "0"),
        refused(REFUSED, "FUTURE_REVISION", "compact", "1000000000"),
        refused(USAGE, "--from: 'now'", "watch", "--from", "now"), refused(USAGE, "--key needs", "watch", "--key"),
        refused(USAGE, "--puts", "watch", "--puts", "--deletes"));
  }

  private static List<VerbCase> wrongCoordination(VerbStage stage) {
    return List.of(refused(USAGE, "name of the lock and the command are missing", "lock"),
        refused(USAGE, "--timeout: 'soon'", "lock", "--timeout", "soon", "l", "--", "true"),
        refused(NOT_OBTAINED, "v/held", "lock", "--timeout", "0", VerbStage.HELD, "--", "/bin/true"),
        refused(COMMAND_NOT_STARTED, "/no/such/command|No such file", "lock", "v/n", "--", "/no/such/command"),
        refused(REFUSED, "nobody holds the lock 'v/free'", "lock", "--describe", "v/free"),
        refused(USAGE, "One of grant, keep-alive, revoke, ttl, list", "lease"),
        refused(USAGE, "unknown verb 'borrow'", "lease", "borrow"), refused(USAGE, "TTL is missing", "lease", "grant"),
        refused(USAGE, "TTL: 'x' is not a duration", "lease", "grant", "x"),
        refused(REFUSED, "500", "lease", "grant", "1ms"), refused(USAGE, "id of a lease", "lease", "revoke", "x"),
        refused(REFUSED, "LEASE_NOT_FOUND", "lease", "revoke", "12345", "-o", "json"),
        refused(REFUSED, "LEASE_NOT_FOUND", "lease", "ttl", "12345"),
        refused(REFUSED, "12345", "lease", "keep-alive", "12345"),
        refused(USAGE, "unknown argument 'all'", "lease", "list", "all"),
        refused(USAGE, "One of save, status, restore", "snapshot"), refused(USAGE, "F is missing", "snapshot", "save"),
        refused(REFUSED, "there is no folder", "snapshot", "save", stage.newFile("no/such/folder/b")),
        refused(USAGE, "F: the name is empty", "snapshot", "status", ""),
        refused(REFUSED, "there is no file", "snapshot", "status", stage.newFile("missing")),
        refused(USAGE, "--data is missing", "snapshot", "restore", "f"));
  }

  private static List<VerbCase> wrongWithTheCluster(VerbStage stage) {
    return List.of(refused(USAGE, "list, add, promote, remove, set", "member"),
        refused(USAGE, "unknown verb 'frobnicate'", "member", "frobnicate"),
        refused(USAGE, "unknown argument 'n1'", "member", "list", "n1"),
        refused(USAGE, "N is missing", "member", "add"),
        refused(USAGE, "H:P is missing", "member", "add", "n9"),
        refused(USAGE, "'nowhere' is not an address|host:port", "member", "add", "n9", "nowhere"),
        refused(USAGE, "nobody can dial", "member", "add", "n9", "0.0.0.0:7101"),
        refused(REFUSED, "letters, digits", "member", "add", "n/9", "127.0.0.1:1"),
        refused(REFUSED, "is the peer address of n1", "member", "add", "n9", stage.endpoints().split(",", -1)[0]),
        refused(REFUSED, "NO_SUCH_MEMBER", "member", "promote", "n9"),
        refused(REFUSED, "NO_SUCH_MEMBER|n9|n1", "member", "remove", "n9"),
        refused(USAGE, "nothing is to be set", "member", "set", "n1"),
        refused(USAGE, "--priority: 'high' is no whole number", "member", "set", "n1", "--priority", "high"),
        refused(REFUSED, "priority|1000", "member", "set", "n1", "--priority", "5000"),
        refused(REFUSED, "zone", "member", "set", "n1", "--zone", "a/b"),
        refused(USAGE, "'steal' is not known", "leader", "steal"), refused(REFUSED, "n9", "leader", "transfer", "n9"),
        refused(USAGE, "unknown argument 'all'", "status", "all"));
  }

  private static List<VerbCase> wrongWithTheProgram() {
    return List.of(refused(USAGE, "unknown verb 'stauts' (did you mean status", "stauts"),
        refused(USAGE, "'fly' is none of put, get, incr, mix", "bench", "fly"),
        refused(USAGE, "--rate: 'NaN' is no number", "bench", "put", "--rate", "NaN"),
        refused(USAGE, "'fish' is none of bash, zsh", "completion", "fish"),
        refused(USAGE, "unknown argument 'now'", "demo", "now"), refused(USAGE, "--id N is missing", "server"),
        refused(USAGE, "--join|nowhere", "server", "--id", "n2", "--data", "D", "--listen", "127.0.0.1:1", "--join",
            "nowhere"),
        refused(USAGE, "--auto-replace|neither on nor off", "server", "--id", "n2", "--data", "D", "--listen",
            "127.0.0.1:1", "--join", "127.0.0.1:2", "--auto-replace", "maybe"),
        refused(USAGE, "--nodes takes 1 to 9, not 0", "up", "--nodes", "0"),
        refused(REFUSED, "/proc/nothing", "up", "--dir", "/proc/nothing/here"));
  }
}
