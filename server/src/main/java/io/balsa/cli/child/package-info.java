/**
 * A command that runs as a child of this program, with this program's standard streams. It may import nothing of Balsa.
 *
 * <p>Invariant: whoever asks a child to end gets its descendants ended too; what a shell started goes on otherwise when the
 * shell is gone.
 *
 * <p>Start at {@link io.balsa.cli.child.Child}.
 */
@NullMarked
package io.balsa.cli.child;

import org.jspecify.annotations.NullMarked;
