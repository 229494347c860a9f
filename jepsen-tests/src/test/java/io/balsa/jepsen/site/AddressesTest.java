package io.balsa.jepsen.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Of both kinds of sites. */
class AddressesTest {
  private static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  @Test
  void everyProxyAndEveryNodeHasAnAddressOfItsOwn() {
    ProxyAddresses addresses = ProxyAddresses.draw();
    List<String> all = new ArrayList<>();
    for (int to = 1; to <= ProxyAddresses.NODES_MOST; to++) {
      all.add(addresses.node(to));
      all.add(text(addresses.proxy(new Link(Link.CLIENTS, "n" + to))));
      for (int from = 1; from <= ProxyAddresses.NODES_MOST; from++) {
        if (from != to) {
          all.add(text(addresses.proxy(new Link("n" + from, "n" + to))));
        }
      }
    }
    assertThat(all).doesNotHaveDuplicates().allMatch(address -> address.startsWith("127."));
  }

  @Test
  void aNodeAndAClientAreToldOfTheirProxies() {
    ProxyAddresses addresses = ProxyAddresses.draw();
    assertThat(List.of(addresses.routes(2).split(",", -1))).hasSize(ProxyAddresses.NODES_MOST - 1)
        .contains("n1=" + text(addresses.proxy(new Link("n2", "n1")))).noneMatch(route -> route.startsWith("n2="));
    assertThat(addresses.forClients(addresses.node(3)))
        .isEqualTo(text(addresses.proxy(new Link(Link.CLIENTS, "n3"))));
    assertThat(addresses.forClients("10.0.0.1:7101")).isEqualTo("10.0.0.1:7101");
    assertThat(text(addresses.target(new Link("n2", "n1")))).isEqualTo(addresses.node(1));
    assertThatThrownBy(() -> addresses.node(ProxyAddresses.NODES_MOST + 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void inNamespacesClientsDialAnotherAddressThanWhoLooks() {
    Subnets subnets = new Subnets(7);
    assertThat(subnets.address(3)).isEqualTo("198.18.7.3:7101");
    assertThat(subnets.forClients("198.18.7.3:7101")).isEqualTo("198.19.7.3:7101");
    assertThat(subnets.forClients("198.18.77.3:7101")).isEqualTo("198.18.77.3:7101");
    assertThat(subnets.client(3)).isEqualTo("198.19.7.3");
    assertThatThrownBy(() -> subnets.peer(254)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aNameThatIsNoNodesIsRefused() {
    assertThat(NodeIds.number(NodeIds.of(17))).isEqualTo(17);
    for (String name : List.of("", "n", "n0", "n01", "x1", "n1 ", "clients")) {
      assertThatThrownBy(() -> NodeIds.number(name)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
