/**
 * The Raft consensus algorithm: a pure core, the plumbing that drives it, and the ports through which it reaches disks and\n * peers. It imports the JDK and JSpecify annotations, nothing else.
 */
@NullMarked
package io.balsa.raft;

import org.jspecify.annotations.NullMarked;
