/**
 * What the server's tests share: nodes in this JVM, stubs to them, and waiting with a bound.
 */
@NullMarked
package io.balsa.server.testing;

import org.jspecify.annotations.NullMarked;
