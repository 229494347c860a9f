/**
 * What a call can end with when it does not succeed. Every error has a stable {@link
 * io.balsa.client.error.BalsaException#reason() reason} to decide by and a message for people; its type says what the
 * caller may conclude. The question that matters after a failed mutation is answered by {@link
 * io.balsa.client.error.BalsaException#mayHaveBeenApplied()}.
 *
 * <p>Start with {@link io.balsa.client.error.BalsaException}. Nothing here depends on gRPC.
 */
@NullMarked
package io.balsa.client.error;

import org.jspecify.annotations.NullMarked;
