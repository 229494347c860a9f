package io.balsa.bench.store;

import io.balsa.bench.load.LoadClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/**
 * ZooKeeper by its own client. A put sets the data of a node, which the first one creates; a get is a sync and a read, which is as near to a
 * linearizable read as it has.
 */
final class ZooKeeperClient implements LoadClient {
  private static final int SESSION_MILLIS = 30_000;
  private static final int CONNECT_SECONDS = 30;
  private static final String ROOT = "/bench";

  private final List<ZooKeeper> sessions = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();

  ZooKeeperClient(String node, int connections) throws InterruptedException {
    try {
      for (int i = 0; i < connections; i++) {
        CountDownLatch connected = new CountDownLatch(1);
        sessions.add(new ZooKeeper(node, SESSION_MILLIS, event -> {
          if (event.getState() == KeeperState.SyncConnected) {
            connected.countDown();
          }
        }));
        if (!connected.await(CONNECT_SECONDS, TimeUnit.SECONDS)) {
          throw new IllegalStateException("no connection to ZooKeeper at " + node);
        }
      }
      sessions.get(0).create(ROOT, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    } catch (KeeperException.NodeExistsException e) {
      // By an earlier client.
    } catch (KeeperException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ZooKeeper session() {
    return sessions.get((next.getAndIncrement() & Integer.MAX_VALUE) % sessions.size());
  }

  /** Keys have one slash, behind the name of the root. */
  private static String path(String key) {
    return "/" + key;
  }

  @Override
  public void put(String key, byte[] value, Answer answer) {
    ZooKeeper session = session();
    session.setData(path(key), value, -1, (code, path, context, stat) -> {
      if (code == KeeperException.Code.NONODE.intValue()) {
        session.create(path(key), value, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT,
            (created, asked, with, name) -> end(created == KeeperException.Code.NODEEXISTS.intValue() ? 0 : created,
                answer),
            null);
      } else {
        end(code, answer);
      }
    }, null);
  }

  @Override
  public void get(String key, Answer answer) {
    ZooKeeper session = session();
    // What a session asks for is answered in order, and the read fails where the sync did.
    session.sync(path(key), (code, path, context) -> {
    }, null);
    session.getData(path(key), false, (code, path, context, data, stat) -> end(code, answer), null);
  }

  private static void end(int code, Answer answer) {
    answer.ended(code == 0 ? null : KeeperException.create(KeeperException.Code.get(code)));
  }

  @Override
  public void close() {
    try {
      for (ZooKeeper session : sessions) {
        session.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
