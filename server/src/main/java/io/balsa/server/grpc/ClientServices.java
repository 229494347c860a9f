package io.balsa.server.grpc;

import io.balsa.server.config.ServerConfig;
import io.balsa.server.space.SpaceQuota;
import io.grpc.BindableService;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.util.List;
import java.util.function.Supplier;

/** All services for clients, made together. */
public final class ClientServices {
  private final List<BindableService> services;

  public ClientServices(ServerConfig config, Serving serving, Authorizer authorizer, NodeFacts facts,
      Supplier<Loop> loops, HealthStatusManager health, SpaceQuota space) {
    RequestChecks checks = new RequestChecks(config.limits(), config.leaseTtlMinMillis(), authorizer, space);
    services = List.of(new KvService(serving, checks, loops),
        new SessionService(serving, checks, config.sessionTtlMinMillis(), loops),
        new LeaseService(serving, checks, loops), new LockService(serving, checks, loops),
        new WatchService(serving, checks, loops),
        new ClusterService(serving, facts, loops), health.getHealthService(),
        ProtoReflectionServiceV1.newInstance());
  }

  public List<BindableService> all() {
    return services;
  }
}
