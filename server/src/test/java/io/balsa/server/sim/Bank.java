package io.balsa.server.sim;

import com.google.protobuf.ByteString;
import io.balsa.client.error.BalsaException;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.Comparison;
import io.balsa.proto.v1.DeleteRequest;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.GetResponse;
import io.balsa.proto.v1.Guard;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.NumberGuard;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import io.balsa.proto.v1.TxnOp;
import io.balsa.proto.v1.TxnOpResponse;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.proto.v1.TxnResponse;
import io.balsa.proto.v1.ValueGuard;
import io.balsa.raft.sim.Cluster;
import io.balsa.raft.sim.SimNode;
import io.balsa.raft.sim.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Money moves between a few accounts by transactions: read in one, then write in another that is guarded by what was read, in one of
 * three ways. A transfer may close an account: its key goes. A guard that does not hold makes it a read.
 */
final class Bank implements Usage {
  private static final long TIMEOUT_NANOS = 5_000_000_000L;
  private static final int ACCOUNTS = 3;
  private static final String PREFIX = "account/";

  private final BankHistory history = new BankHistory();
  private final Timeline timeline;
  private final Tally tally;
  private long lastId;

  Bank(Cluster<Result> cluster, Tally tally) {
    this.timeline = cluster.timeline();
    this.tally = tally;
  }

  @Override
  public void use(SimSdk client) {
    long invokedAt = timeline.now();
    boolean transfers = client.random().chance(0.7);
    TxnRequest.Builder read = TxnRequest.newBuilder();
    gets().forEach(read::addThenOps);
    call(client, read, new SimSdk.Answer() {
      @Override
      public void ok(StreamReply reply) {
        tally.add("TXN_READ");
        List<BankHistory.Seen> accounts = read(reply, invokedAt);
        if (transfers && !client.hasEnded()) {
          // Sometimes so late that others have made and closed an account meanwhile.
          long pause = client.random().exponential(client.random().chance(0.3) ? 1_000_000_000 : 20_000_000);
          client.after(pause, () -> transfer(client, reply.getRevision(), accounts));
        }
      }

      @Override
      public void failed(BalsaException why) {
        tally.add("TXN_READ_FAILED");
      }
    });
  }

  /** A transaction without writes is numbered like any other. */
  private static void call(SimSdk client, TxnRequest.Builder txn, SimSdk.Answer answer) {
    client.call(StreamRequest.newBuilder().setTxn(txn), true, TIMEOUT_NANOS, answer);
  }

  private static List<TxnOp> gets() {
    List<TxnOp> gets = new ArrayList<>();
    for (int account = 0; account < ACCOUNTS; account++) {
      gets.add(TxnOp.newBuilder().setGet(GetRequest.newBuilder().setKey(key(account))).build());
    }
    return gets;
  }

  private static ByteString key(int account) {
    return Ops.utf8(PREFIX + account);
  }

  private List<BankHistory.Seen> read(StreamReply reply, long invokedAt) {
    List<BankHistory.Seen> accounts = new ArrayList<>();
    for (TxnOpResponse response : reply.getTxn().getResponsesList()) {
      accounts.add(seen(response.getGet()));
    }
    history.read(new BankHistory.Read(reply.getRevision(), accounts, invokedAt, timeline.now()));
    return accounts;
  }

  /** A value is {@code balance:transaction}. */
  private static BankHistory.Seen seen(GetResponse get) {
    if (!get.hasKv()) {
      return BankHistory.Seen.ABSENT;
    }
    String text = get.getKv().getValue().toStringUtf8();
    int colon = text.indexOf(':');
    return new BankHistory.Seen(Long.parseLong(text.substring(0, colon)), Long.parseLong(text.substring(colon + 1)),
        get.getKv().getModRevision());
  }

  private void transfer(SimSdk client, long revision, List<BankHistory.Seen> accounts) {
    int from = client.random().between(0, ACCOUNTS - 1);
    int to = (from + client.random().between(1, ACCOUNTS - 1)) % ACCOUNTS;
    boolean closes = client.random().chance(0.5) && accounts.get(from).writer() != 0;
    long amount = closes ? accounts.get(from).balance() : client.random().between(1, 100);
    long id = ++lastId;
    int guard = client.random().between(0, 3) / 2 * client.random().between(1, 2);
    Map<Integer, Boolean> deletes = new TreeMap<>();
    deletes.put(from, closes);
    deletes.put(to, false);
    TxnRequest.Builder txn = TxnRequest.newBuilder();
    for (int account : deletes.keySet()) {
      txn.addGuards(guard(guard, account, revision, accounts.get(account)));
    }
    txn.addThenOps(closes ? delete(from) : put(from, accounts.get(from).balance() - amount, id));
    txn.addThenOps(put(to, accounts.get(to).balance() + amount, id));
    gets().forEach(txn::addElseOps);
    // What a guard on a number or a value says of a key that is missing is not that nobody made and deleted it since.
    boolean certain = guard == 0
        || deletes.keySet().stream().noneMatch(account -> accounts.get(account).equals(BankHistory.Seen.ABSENT));
    BankHistory.Write write = new BankHistory.Write(id, deletes, certain ? revision : -1, timeline.now());
    history.begin(write);
    call(client, txn, new SimSdk.Answer() {
      @Override
      public void ok(StreamReply reply) {
        TxnResponse response = reply.getTxn();
        if (response.getSucceeded()) {
          tally.add(closes ? "TXN_CLOSED_ACCOUNT" : "TXN_TRANSFER");
          write.revision = reply.getRevision();
          write.returnedAt = timeline.now();
        } else {
          tally.add("TXN_CONFLICT");
          write.never = true;
          read(reply, write.invokedAt);
        }
      }

      @Override
      public void failed(BalsaException why) {
        tally.add(why.mayHaveBeenApplied() ? "TXN_UNKNOWN" : "TXN_FAILED");
        write.never = !why.mayHaveBeenApplied();
      }
    });
  }

  private static Guard guard(int kind, int account, long revision, BankHistory.Seen seen) {
    Guard.Builder guard = Guard.newBuilder().setRange(KeyRange.newBuilder().setStart(key(account)));
    if (kind == 0) {
      guard.setUnchangedSince(revision);
    } else if (kind == 1 || seen.equals(BankHistory.Seen.ABSENT)) {
      guard.setModRevision(NumberGuard.newBuilder().setComparison(Comparison.EQUAL).setNumber(seen.modRevision()));
    } else {
      guard.setValue(ValueGuard.newBuilder().setComparison(Comparison.EQUAL)
          .setValue(Ops.utf8(seen.balance() + ":" + seen.writer())));
    }
    return guard.build();
  }

  private static TxnOp put(int account, long balance, long id) {
    return TxnOp.newBuilder()
        .setPut(PutRequest.newBuilder().setKey(key(account)).setValue(Ops.utf8(balance + ":" + id)))
        .build();
  }

  private static TxnOp delete(int account) {
    return TxnOp.newBuilder()
        .setDelete(DeleteRequest.newBuilder().setRange(KeyRange.newBuilder().setStart(key(account)))).build();
  }

  @Override
  public void check(List<SimNode<Result>> core) {
    history.check();
  }

  @Override
  public int operations() {
    return history.operations();
  }

  @Override
  public int unknown() {
    return history.unknown();
  }
}
