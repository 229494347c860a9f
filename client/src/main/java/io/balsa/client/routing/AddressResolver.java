package io.balsa.client.routing;

/**
 * Turns an address as the cluster knows it into one that this client can dial: through a proxy, NAT or a container's port
 * mapping. It is applied to every address that a client uses: the configured ones, leader hints and members learned.
 * Called on the client's thread: it must be quick and must not block.
 */
@FunctionalInterface
public interface AddressResolver {
  /** Dials every address as it is. */
  AddressResolver AS_IS = address -> address;

  /**
   * The address to dial.
   *
   * @param address
   *          {@code host:port} as configured or advertised
   */
  String resolve(String address);
}
