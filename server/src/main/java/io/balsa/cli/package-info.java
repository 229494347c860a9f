/**
 * The command line, every verb of {@code balsa}. It stands on top of the house: it may import everything, and nothing\n * imports it.
 */
@NullMarked
package io.balsa.cli;

import org.jspecify.annotations.NullMarked;
