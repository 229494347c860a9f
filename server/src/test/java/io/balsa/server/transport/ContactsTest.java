package io.balsa.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.log.NodeId;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** I3: for how long nobody was connected. */
class ContactsTest {
  private static final NodeId N2 = new NodeId("n2");

  private final AtomicLong clock = new AtomicLong(1_000);
  private final Contacts contacts = new Contacts(clock::get);

  /** What was before this process it cannot know: a leader that has just started replaces nobody. */
  @Test
  void silenceBeginsWithTheProcess() {
    clock.addAndGet(5);
    assertThat(contacts.silentNanos(N2, 1)).isEqualTo(5);
  }

  @Test
  void oneConnectionOfSeveralIsEnough() {
    contacts.opened(N2, 1);
    contacts.opened(N2, 1);
    clock.addAndGet(100);
    contacts.closed(N2, 1);
    assertThat(contacts.silentNanos(N2, 1)).isZero();
    contacts.closed(N2, 1);
    clock.addAndGet(7);
    assertThat(contacts.silentNanos(N2, 1)).isEqualTo(7);
  }

  @Test
  void anotherIncarnationIsAnotherNode() {
    contacts.opened(N2, 2);
    clock.addAndGet(9);
    assertThat(contacts.silentNanos(N2, 1)).isEqualTo(9);
    assertThat(contacts.silentNanos(N2, 2)).isZero();
    assertThatThrownBy(() -> contacts.closed(N2, 1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whoHasBeenGoneForLongIsForgottenAndStillSilent() {
    contacts.opened(N2, 1);
    contacts.closed(N2, 1);
    clock.addAndGet(4_000_000_000_000L);
    contacts.opened(N2, 2);
    assertThat(contacts.silentNanos(N2, 1)).isGreaterThanOrEqualTo(4_000_000_000_000L);
  }
}
