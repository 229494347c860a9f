/** Tests of io.balsa.server.grpc. */
@NullMarked
package io.balsa.server.grpc;

import org.jspecify.annotations.NullMarked;
