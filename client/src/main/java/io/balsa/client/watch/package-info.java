/** Watches: events of keys in the order of their revisions, for ever. */
@NullMarked
package io.balsa.client.watch;

import org.jspecify.annotations.NullMarked;
