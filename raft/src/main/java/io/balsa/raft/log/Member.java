package io.balsa.raft.log;

/**
 * A member of the cluster as the log knows it (I1): a node id is bound to one incarnation, the random number that its data
 * directory was given at its first start. The same id with another incarnation is another node.
 *
 * @param voter         false: a learner, which receives the log and does not count
 * @param peerAddress   host:port where other nodes reach it
 * @param clientAddress host:port where clients reach it
 */
public record Member(NodeId id, long incarnation, boolean voter, String peerAddress, String clientAddress) {
}
