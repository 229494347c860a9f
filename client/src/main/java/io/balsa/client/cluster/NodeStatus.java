package io.balsa.client.cluster;

import java.util.List;

/**
 * How one node is, as it says itself.
 *
 * @param id
 *          its name
 * @param clusterId
 *          the cluster it belongs to; 0: it has formed none yet
 * @param role
 *          in capitals: LEADER, FOLLOWER, CANDIDATE, PRE_CANDIDATE or LEARNER
 * @param term
 *          the newest it knows
 * @param leaderId
 *          whom it follows; empty: nobody
 * @param revision
 *          of its store
 * @param commitIndex
 *          the last entry it knows to be committed
 * @param appliedIndex
 *          the last entry in its store
 * @param firstIndex
 *          the first entry in its log
 * @param lastIndex
 *          the last entry in its log
 * @param logBytes
 *          its log on disk
 * @param stateBytes
 *          its store on disk
 * @param pid
 *          of its process
 * @param version
 *          of its program
 * @param ready
 *          whether it knows a leader and has caught up
 * @param alarms
 *          what an operator has to see to
 * @param waitingFor
 *          before the cluster is formed: whom it has not reached
 * @param clusterTimeMillis
 *          the replicated clock
 * @param uptimeMillis
 *          since its process started
 */
public record NodeStatus(String id, long clusterId, String role, long term, String leaderId, long revision,
    long commitIndex,
    long appliedIndex, long firstIndex, long lastIndex, long logBytes, long stateBytes, long pid, String version,
    boolean ready,
    List<String> alarms, List<String> waitingFor, long clusterTimeMillis, long uptimeMillis) {
  public NodeStatus {
    alarms = List.copyOf(alarms);
    waitingFor = List.copyOf(waitingFor);
  }
}
