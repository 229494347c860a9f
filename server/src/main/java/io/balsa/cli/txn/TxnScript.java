package io.balsa.cli.txn;

import java.util.List;

/**
 * A transaction as it was written down. Immutable.
 *
 * @param guards all of them must hold
 * @param thenOps what is done when they do
 * @param elseOps what is done when they do not
 */
public record TxnScript(List<ScriptGuard> guards, List<ScriptOp> thenOps, List<ScriptOp> elseOps) {
  public TxnScript {
    guards = List.copyOf(guards);
    thenOps = List.copyOf(thenOps);
    elseOps = List.copyOf(elseOps);
  }
}
