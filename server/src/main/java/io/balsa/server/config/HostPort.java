package io.balsa.server.config;

import java.net.InetSocketAddress;

/**
 * An address as operators write it: {@code host:port}, or {@code [::1]:port} for IPv6. Nothing is resolved before it is used.
 *
 * @param port 0 to 65535; 0 means "any free one" and only makes sense for listening
 */
public record HostPort(String host, int port) {

  public HostPort {
    if (host.isEmpty() || port < 0 || port > 65535) {
      throw new IllegalArgumentException("not an address: " + host + ":" + port);
    }
  }

  /**
   * @param setting what the text was given for, for the message
   * @throws ConfigException if it is no host:port
   */
  static HostPort parse(String setting, String text) throws ConfigException {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      throw new ConfigException(
          setting + ": \"" + text + "\" is not an address; write host:port, such as 10.0.0.1:7101");
    }
    String host = text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    }
    if (host.isEmpty() || host.chars().anyMatch(Character::isWhitespace) || (!bracketed && host.indexOf(':') >= 0)) {
      throw new ConfigException(setting + ": \"" + text + "\" is not an address; write host:port, or [ipv6]:port");
    }
    int port;
    try {
      port = Integer.parseInt(text.substring(colon + 1));
    } catch (NumberFormatException e) {
      port = -1;
    }
    if (port < 0 || port > 65535) {
      throw new ConfigException(setting + ": \"" + text + "\" has no port between 1 and 65535");
    }
    return new HostPort(host, port);
  }

  /**
   * An address that has been checked before, such as that of a member record.
   *
   * @throws IllegalArgumentException if it is no host:port
   */
  public static HostPort of(String text) {
    try {
      return parse("address", text);
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** Whether it stands for all addresses of the machine, so that nobody can dial it. */
  public boolean isWildcard() {
    return host.equals("0.0.0.0") || host.equals("::") || host.equals("*");
  }

  /** For binding and dialling; resolves the name now. */
  public InetSocketAddress resolve() {
    return host.equals("*") ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
