package io.balsa.raft.input;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.EntryType;

/** What is to become an entry; the core gives it term, index and stamp. */
public record Proposal(EntryType type, Bytes payload) {
}
