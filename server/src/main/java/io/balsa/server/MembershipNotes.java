package io.balsa.server;

import io.balsa.server.identity.DataDirectory;
import io.balsa.server.identity.KnownMembers;
import io.balsa.server.transport.Membership;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes in the data directory who the members are, whenever that is decided anew, so that the next start knows whom to dial. */
final class MembershipNotes implements Membership.Listener {
  private static final Logger log = LoggerFactory.getLogger(MembershipNotes.class);

  private final DataDirectory data;
  private final Executor disk;
  private final Object writing = new Object();
  private volatile KnownMembers newest;
  private KnownMembers noted;

  /**
   * @param noted what stands there
   * @param disk  runs what waits for a disk, on threads whose failures end the process
   */
  MembershipNotes(DataDirectory data, KnownMembers noted, Executor disk) {
    this.data = data;
    this.disk = disk;
    this.newest = noted;
    this.noted = noted;
  }

  @Override
  public void changed(Membership.View view) {
    if (!view.known().equals(newest)) {
      newest = view.known();
      try {
        disk.execute(this::note);
      } catch (RejectedExecutionException e) {
        log.debug("the node stops: its next start hears of the members again", e);
      }
    }
  }

  private void note() {
    synchronized (writing) {
      KnownMembers latest = newest;
      if (!latest.equals(noted)) {
        try {
          data.write(latest);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        noted = latest;
      }
    }
  }
}
