/** Tests of io.balsa.server.transport. */
@NullMarked
package io.balsa.server.transport;

import org.jspecify.annotations.NullMarked;
