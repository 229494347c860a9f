/**
 * Everything the core can ask for, one record for each kind; the order of a list of actions is the contract. Start at {@link io.balsa.raft.action.Action}.
 */
@NullMarked
package io.balsa.raft.action;

import org.jspecify.annotations.NullMarked;
