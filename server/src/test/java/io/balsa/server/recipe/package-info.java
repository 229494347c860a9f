/** The recipes of the SDK against a node that serves in this JVM. */
@NullMarked
package io.balsa.server.recipe;

import org.jspecify.annotations.NullMarked;
