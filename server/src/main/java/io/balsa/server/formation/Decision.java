package io.balsa.server.formation;

import io.balsa.server.identity.FormedRecord;
import java.util.List;

/** What a round of questions leads to. */
sealed interface Decision {

  /** Write this record, and belong to this cluster for ever. */
  record Form(FormedRecord record) implements Decision {
  }

  /** Ask again. {@code waitingFor} names who was not reached, {@code reasons} says all that stands in the way, for people. */
  record Wait(List<String> waitingFor, List<String> reasons) implements Decision {
  }

  /** This directory can never become a member under this id: end, and say what to do. */
  record Refuse(String message) implements Decision {
  }
}
