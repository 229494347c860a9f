package io.balsa.server.config;

import org.jspecify.annotations.Nullable;

/** What the labels of a member may be, wherever they come from. */
public final class Labels {
  public static final int PRIORITY_MIN = -1_000;
  public static final int PRIORITY_MAX = 1_000;
  private static final int ZONE_CHARS_MAX = 64;

  private Labels() {
  }

  /** @return what is wrong with it, or null */
  public static @Nullable String zoneProblem(String zone) {
    if (zone.length() > ZONE_CHARS_MAX) {
      return "a zone has at most " + ZONE_CHARS_MAX + " characters, not " + zone.length();
    }
    return zone.matches("[A-Za-z0-9._-]*") ? null
        : "a zone has only letters, digits, '.', '_' and '-': \"" + zone + "\"";
  }

  /** @return what is wrong with it, or null */
  public static @Nullable String priorityProblem(long priority) {
    return priority >= PRIORITY_MIN && priority <= PRIORITY_MAX ? null
        : "a priority lies between " + PRIORITY_MIN + " and " + PRIORITY_MAX + ", not at " + priority;
  }
}
