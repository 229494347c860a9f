package io.balsa.jepsen.site;

import java.time.Duration;

/** What can be wrong with one direction of a link. */
public sealed interface Trouble {
  /** Nothing arrives, and nobody is told. */
  record Cut() implements Trouble {}

  /** So many packets of a hundred are lost; TCP sends them again. */
  record Loss(int percent) implements Trouble {
    public Loss {
      if (percent < 0 || percent > 100) {
        throw new IllegalArgumentException(percent + " of a hundred packets");
      }
    }
  }

  /** What arrives arrives later by this. */
  record Delay(Duration by) implements Trouble {
    public Delay {
      if (by.isNegative()) {
        throw new IllegalArgumentException("later by " + by);
      }
    }
  }

  /** No more than this gets through. */
  record Rate(long bytesPerSecond) implements Trouble {
    public Rate {
      if (bytesPerSecond < 1) {
        throw new IllegalArgumentException(bytesPerSecond + " bytes a second: a Cut lets nothing through");
      }
    }
  }

  /** The connection is there and takes nothing more: who sends meets a full buffer. */
  record Stall() implements Trouble {}

  /** One end has closed its direction and still listens. */
  record HalfClose() implements Trouble {}

  /** Every connection is reset, and new ones are too. */
  record Reset() implements Trouble {}
}
