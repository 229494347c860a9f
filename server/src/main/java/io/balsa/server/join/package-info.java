/**
 * How a node comes to a cluster that exists: as one that an operator has added, with an empty directory, or in the place of itself when
 * it lost its log (I3). Never as a voter: it is a learner until it has caught up (I2).
 *
 * <p>Who asks is {@link io.balsa.server.join.Joining}; the leader answers in {@link io.balsa.server.join.LeaderAnswers}. Every step can
 * be repeated, because an answer may be lost, and either side may crash between any two of them.
 */
@NullMarked
package io.balsa.server.join;

import org.jspecify.annotations.NullMarked;
