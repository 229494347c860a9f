/**
 * What clients see: one service a class. {@link io.balsa.server.grpc.KvService}, {@link io.balsa.server.grpc.LeaseService},
 * {@link io.balsa.server.grpc.LockService}, {@link io.balsa.server.grpc.SessionService}, {@link io.balsa.server.grpc.WatchService},
 * {@link io.balsa.server.grpc.ClusterService}; the session stream is {@link io.balsa.server.grpc.SessionStream}, which knows
 * nothing of gRPC.
 *
 * <p>Services run on event loops and park no thread: what needs a disk goes to the readers, what needs consensus comes back by
 * callback. Every error of the house stands in {@link io.balsa.server.grpc.Errors}; every request passes
 * {@link io.balsa.server.grpc.RequestChecks} and {@link io.balsa.server.grpc.Authorizer} before anything is proposed.
 */
@NullMarked
package io.balsa.server.grpc;

import org.jspecify.annotations.NullMarked;
