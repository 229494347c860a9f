package io.balsa.cli;

import java.util.ArrayList;
import java.util.List;

/** {@code host:port,host:port,...}; a bare port stands for the host before it. */
final class Endpoints {
  private Endpoints() {}

  /** Status 2 for anything else. */
  static List<String> parse(String text) {
    List<String> addresses = new ArrayList<>();
    String host = "";
    for (String part : text.split(",", -1)) {
      String endpoint = part.strip();
      int colon = endpoint.lastIndexOf(':');
      if (colon >= 0) {
        host = endpoint.substring(0, colon);
      }
      String port = endpoint.substring(colon + 1);
      if (host.isEmpty() || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) < 1
          || Integer.parseInt(port) > 65535) {
        throw VerbFailure.usage("'" + endpoint + "' is not host:port; --endpoints and BALSA_ENDPOINTS take a list like "
            + "10.0.0.1:7101,10.0.0.2:7101");
      }
      addresses.add(host + ":" + port);
    }
    return addresses;
  }
}
