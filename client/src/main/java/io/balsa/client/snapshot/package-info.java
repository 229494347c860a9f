/** Online backups: start with {@link io.balsa.client.snapshot.Snapshots}. */
@NullMarked
package io.balsa.client.snapshot;

import org.jspecify.annotations.NullMarked;
