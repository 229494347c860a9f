/**
 * Everything that can happen to the core, one record for each kind; {@link io.balsa.raft.input.Input} is the start.
 */
@NullMarked
package io.balsa.raft.input;

import org.jspecify.annotations.NullMarked;
