/**
 * The client's half of a session: what makes its calls exactly-once and ordered through any failover.
 *
 * <p>{@link io.balsa.client.session.SessionCore} decides and does nothing: no gRPC, no thread, no clock. Inputs go in one at
 * a time on one thread; it answers through {@link io.balsa.client.session.SessionPort}, through the calls that it completes
 * and through the frames that are pulled from it. So the simulator drives the same class as a real client.
 *
 * <p>Invariants: every submitted call completes exactly once; numbered mutations are sent in the order of their numbers and
 * stay in the window until answered or until the session is over, also when their caller gave up (S3); at most {@link
 * io.balsa.client.session.CallWindow#SIZE} numbers are unanswered (S4).
 */
@NullMarked
package io.balsa.client.session;

import org.jspecify.annotations.NullMarked;
