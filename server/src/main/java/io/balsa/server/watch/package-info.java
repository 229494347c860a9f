/**
 * Watches: who follows the history of which keys, how far each has come, and what each is sent next (R3). Follow {@link
 * io.balsa.server.watch.WatchHub}.
 */
@NullMarked
package io.balsa.server.watch;

import org.jspecify.annotations.NullMarked;
