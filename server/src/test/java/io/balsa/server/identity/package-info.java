/** Tests of io.balsa.server.identity. */
@NullMarked
package io.balsa.server.identity;

import org.jspecify.annotations.NullMarked;
