/** Tests of io.balsa.server.ops. */
@NullMarked
package io.balsa.server.ops;

import org.jspecify.annotations.NullMarked;
