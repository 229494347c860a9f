/**
 * What consensus needs from its surroundings: a log on disk, a state machine, a transport, a listener. Each Javadoc is a contract.
 */
@NullMarked
package io.balsa.raft.port;

import org.jspecify.annotations.NullMarked;
