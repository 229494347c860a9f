package io.balsa.client.rpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.balsa.client.routing.Endpoints;
import io.balsa.proto.v1.ClusterGrpc;
import io.balsa.proto.v1.Member;
import io.balsa.proto.v1.MembersRequest;
import io.balsa.proto.v1.MembersResponse;
import io.balsa.proto.v1.ResponseHeader;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the addresses up with the membership. Every answer of a node says in its header how new a membership it knows, a session
 * stream's beats too; when that is news, the node is asked for the members. So a client that is connected, or makes a call now and then,
 * knows of members that were added before those that it began with are gone. Confined to the client's thread.
 */
final class MemberDiscovery {
  private static final Logger log = LoggerFactory.getLogger(MemberDiscovery.class);
  private static final Duration MEMBERS_TIMEOUT = Duration.ofSeconds(5);
  private static final String HEADER = "header";

  private final ClientLoop loop;
  private final Endpoints endpoints;
  private final Connections connections;
  private final LeaderCalls calls;
  private boolean asking;

  MemberDiscovery(ClientLoop loop, Endpoints endpoints, Connections connections, LeaderCalls calls) {
    this.loop = loop;
    this.endpoints = endpoints;
    this.connections = connections;
    this.calls = calls;
  }

  /** A message came from this address. */
  void seen(String address, Object message) {
    ResponseHeader header = header(message);
    if (header != null) {
      seen(address, header);
    }
  }

  /** The same of a message whose header is at hand. In a round. */
  void seen(String address, ResponseHeader header) {
    if (asking || header.getClusterId() == 0
        || !endpoints.isNews(header.getClusterId(), header.getConfigurationIndex())) {
      return;
    }
    asking = true;
    // In an event of its own: whoever tells is in the middle of its work.
    loop.run(() -> {
      var unused = calls.ask(address, ClusterGrpc.getMembersMethod(), MembersRequest.getDefaultInstance(),
          response -> response, MEMBERS_TIMEOUT).whenComplete((response, error) -> loop.run(() -> {
            asking = false;
            if (response != null) {
              learned(response);
            } else {
              log.debug("{} does not tell the members", address, error); // the next answer asks again
            }
          }));
    });
  }

  private void learned(MembersResponse response) {
    Set<String> before = new LinkedHashSet<>(endpoints.all());
    List<String> advertised = response.getMembersList().stream()
        .filter(member -> member.getIncarnation() != 0) // else no node has come with this id yet
        .map(Member::getClientAddress).toList();
    endpoints.learned(response.getHeader().getClusterId(), response.getConfigurationIndex(), advertised);
    before.removeAll(endpoints.all());
    before.forEach(connections::renew); // what is under way there may end
    endpoints.all().forEach(connections::warm); // so that a failover finds the connection made
  }

  private static @Nullable ResponseHeader header(Object message) {
    if (!(message instanceof Message known)) {
      return null;
    }
    FieldDescriptor field = known.getDescriptorForType().findFieldByName(HEADER);
    return field != null && known.hasField(field) && known.getField(field) instanceof ResponseHeader header ? header
        : null;
  }
}
