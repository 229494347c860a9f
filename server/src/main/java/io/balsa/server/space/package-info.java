/**
 * How much space the state may take: {@link io.balsa.server.space.SpaceQuota} says when it is too much,
 * {@link io.balsa.server.space.ReclaimSchedule} when it is time to give space back to the disk. Both only count; what they
 * decide is done by others.
 */
@NullMarked
package io.balsa.server.space;

import org.jspecify.annotations.NullMarked;
