/**
 * A simulated {@link io.balsa.storage.log.Disk}: what a real disk, its page cache and its directory may do to a log,
 * and nothing a real one cannot do. Start at {@link io.balsa.storage.log.sim.SimDisk}.
 *
 * <p>Everything is drawn from the random source that the caller passes; the same calls with the same seed give the same
 * bytes.
 */
@NullMarked
package io.balsa.storage.log.sim;

import org.jspecify.annotations.NullMarked;
