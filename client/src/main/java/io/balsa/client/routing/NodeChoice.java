package io.balsa.client.routing;

import java.util.List;

/** Where the reads of one client begin; where they go on if a node cannot serve is the {@link Rotation}'s. Confined to the client's thread. */
interface NodeChoice {
  /** @param healthy those that are not left alone; at least one */
  String first(List<String> healthy);

  /** This address gave its first answer to a read after this much time. */
  default void answered(String address, long tookNanos) {
  }

  /** This address failed, gave no answer in time, or cannot serve reads now. */
  default void passedOver(String address) {
  }
}
