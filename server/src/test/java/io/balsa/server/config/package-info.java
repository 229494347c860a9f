/** Tests of io.balsa.server.config. */
@NullMarked
package io.balsa.server.config;

import org.jspecify.annotations.NullMarked;
