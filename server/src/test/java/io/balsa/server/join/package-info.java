/** Tests of how nodes come to a cluster that exists. */
@NullMarked
package io.balsa.server.join;

import org.jspecify.annotations.NullMarked;
