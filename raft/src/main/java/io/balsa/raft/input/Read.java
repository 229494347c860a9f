package io.balsa.raft.input;

import java.util.List;

/**
 * Linearizable reads ask for a read index (C3). Each context is answered later by ReadReady or RejectRead.
 */
public record Read(List<Long> contexts) implements Input {
}
