package io.balsa.jepsen.nemesis;

import io.balsa.client.BalsaClient;
import io.balsa.client.error.BalsaException;
import io.balsa.junit.cluster.Await;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Leadership that is handed to one voter after another. */
final class TransferStorm {
  private static final Duration CALL_MOST = Duration.ofSeconds(5);
  private static final Duration FIRST_MOST = Duration.ofSeconds(60);

  private TransferStorm() {}

  static List<Nemesis> all() {
    return List.of(new Fault("transfer", "transfer-storm", "leadership is handed to a drawn voter, many times in a row",
        Need.anybodysNodes(2), TransferStorm::storm).atLeast(Duration.ofSeconds(5)));
  }

  private static String storm(Scene scene) {
    List<String> nodes = scene.target().nodes().stream().map(Target.Node::id).toList();
    Random random = new Random(scene.random().nextLong());
    AtomicInteger moved = new AtomicInteger();
    AtomicReference<String> last = new AtomicReference<>("nobody was asked");
    Deed storm = Deed.start("transfer storm", deed -> {
      try (BalsaClient client = scene.target().client().timeout(CALL_MOST).build()) {
        do {
          last.set(transfer(client, Draw.one(nodes, random), moved));
        } while (deed.pause(Draw.millis(20, 400, random)));
      }
    });
    scene.onUndo(storm::end);
    Await.until(FIRST_MOST, () -> {
      storm.check();
      return moved.get() > 0;
    }, () -> "leadership was never handed over: " + last);
    return "leadership handed over and over; at first " + last;
  }

  /** A refusal is part of it: the target is away, leads already, or an election is under way. */
  private static String transfer(BalsaClient client, String to, AtomicInteger moved) {
    try {
      String leads = client.cluster().transferLeadership(to);
      moved.incrementAndGet();
      return "to " + to + ", after which " + leads + " led";
    } catch (BalsaException e) {
      return "to " + to + ": " + e.getMessage();
    }
  }
}
