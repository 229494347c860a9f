/** The pages of {@code docs/guide}. */
@NullMarked
package io.balsa.server.guide;

import org.jspecify.annotations.NullMarked;
