package io.balsa.jepsen.nemesis;

import io.balsa.jepsen.site.Link;
import io.balsa.jepsen.site.Network;
import io.balsa.jepsen.site.Trouble;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A network of names only, which remembers what is the matter with it. */
final class RecordingNetwork implements Network {
  private final Set<Class<? extends Trouble>> can;
  private final Map<Link, Trouble> troubles = Collections.synchronizedMap(new LinkedHashMap<>());
  private volatile int makesLeft = Integer.MAX_VALUE;
  private volatile int heals;

  RecordingNetwork(Set<Class<? extends Trouble>> can) {
    this.can = can;
  }

  static RecordingNetwork ofAll() {
    return new RecordingNetwork(Set.of(Trouble.Cut.class, Trouble.Loss.class, Trouble.Delay.class, Trouble.Rate.class,
        Trouble.Stall.class, Trouble.HalfClose.class, Trouble.Reset.class));
  }

  /** So many more can be made, and then it fails. */
  void failAfter(int makes) {
    makesLeft = makes;
  }

  Map<Link, Trouble> troubles() {
    synchronized (troubles) {
      return Map.copyOf(troubles);
    }
  }

  int heals() {
    return heals;
  }

  @Override
  public boolean can(Class<? extends Trouble> kind) {
    return can.contains(kind);
  }

  @Override
  public synchronized void make(Link link, Trouble trouble) {
    if (makesLeft-- <= 0) {
      throw new IllegalStateException("cannot make " + trouble + " on " + link);
    }
    troubles.put(link, trouble);
  }

  @Override
  public synchronized void heal() {
    heals++;
    troubles.clear();
  }
}
