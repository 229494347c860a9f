package io.balsa.client.cluster;

import io.balsa.client.error.BalsaException;
import java.util.Optional;

/**
 * What one address answered.
 *
 * @param endpoint
 *          {@code host:port} as this client dials it
 * @param status
 *          empty: it did not answer
 * @param error
 *          why it did not; empty: it did
 */
public record EndpointStatus(String endpoint, Optional<NodeStatus> status, Optional<BalsaException> error) {}
