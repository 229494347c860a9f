/** Tests of io.balsa.server.formation. */
@NullMarked
package io.balsa.server.formation;

import org.jspecify.annotations.NullMarked;
