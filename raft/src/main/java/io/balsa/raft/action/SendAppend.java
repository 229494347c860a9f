package io.balsa.raft.action;

import io.balsa.raft.log.LogId;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.log.TermRange;
import java.util.List;

/**
 * Read the entries of {@code terms} from the log and send them as AppendEntries. The send is late if by then an entry has another
 * term or is compacted: whoever reads it drops it (C2).
 *
 * @param incarnation as in Send
 * @param terms the expected terms of the entries after {@code prev}, continuous; empty: a probe without entries
 */
public record SendAppend(NodeId to, long incarnation, long term, LogId prev, List<TermRange> terms,
    long commitIndex) implements Action {
}
