package io.balsa.junit;

import io.balsa.client.BalsaClient;
import io.balsa.junit.cluster.RealCluster;
import java.lang.reflect.Method;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;
import org.junit.platform.commons.support.AnnotationSupport;

/** What {@link BalsaCluster} promises. It has no state: clusters and clients lie in the stores of their contexts. */
final class BalsaClusterExtension
    implements
      BeforeAllCallback,
      AfterAllCallback,
      BeforeEachCallback,
      AfterEachCallback,
      ParameterResolver,
      InvocationInterceptor,
      TestWatcher {
  private static final Namespace CLUSTERS = Namespace.create(BalsaClusterExtension.class, "clusters");
  private static final Namespace CLIENTS = Namespace.create(BalsaClusterExtension.class, "clients");

  /** A client of a cluster for a context; a store is looked up with those of its parents. */
  private record ClientKey(String context, String clusterContext) {
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    Fields.check(context.getRequiredTestClass(), true);
    clusterOf(context);
    Fields.setStatic(context.getRequiredTestClass(), type -> value(type, context));
    context.getTestInstances()
        .ifPresent(instances -> Fields.set(instances.getAllInstances(), type -> value(type, context)));
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    if (owner(context.getParent()).isEmpty()) {
      Fields.check(context.getRequiredTestClass(), false);
    }
    clusterOf(context).cluster().restore();
    Fields.set(context.getRequiredTestInstances().getAllInstances(), type -> value(type, context));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    context.getExecutionException().ifPresent(clusterOf(context)::failed);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    context.getExecutionException().ifPresent(clusterOf(context)::failed);
  }

  /** Its failure is none of the factory method that made it. */
  @Override
  public void interceptDynamicTest(Invocation<@Nullable Void> invocation, DynamicTestInvocationContext test,
      ExtensionContext context) throws Throwable {
    try {
      invocation.proceed();
    } catch (Throwable failure) {
      clusterOf(context).failed(failure);
      throw failure;
    }
  }

  /** Also of what failed before or behind this extension's part. The cluster of a method is gone by now, a class's is not. */
  @Override
  public void testFailed(ExtensionContext context, @Nullable Throwable failure) {
    if (failure != null && wanted(context).isEmpty()) {
      clusterOf(context).failed(failure);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return isHandedOut(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return value(parameter.getParameter().getType(), context);
  }

  static boolean isHandedOut(Class<?> type) {
    return type == BalsaClient.class || type == RealCluster.class;
  }

  private static Object value(Class<?> type, ExtensionContext context) {
    return type == RealCluster.class ? clusterOf(context).cluster() : clientOf(context);
  }

  private static BalsaClient clientOf(ExtensionContext context) {
    ScopedCluster cluster = clusterOf(context);
    ClientKey key = new ClientKey(context.getUniqueId(), requiredOwner(context).getUniqueId());
    return context.getStore(CLIENTS).getOrComputeIfAbsent(key, k -> cluster.connect(), ScopedCluster.Client.class)
        .client();
  }

  /** Started when it is asked for first. */
  private static ScopedCluster clusterOf(ExtensionContext context) {
    ExtensionContext owner = requiredOwner(context);
    return owner.getStore(CLUSTERS).getOrComputeIfAbsent(owner.getUniqueId(),
        k -> ScopedCluster.start(owner, wanted(owner).orElseThrow()), ScopedCluster.class);
  }

  private static ExtensionContext requiredOwner(ExtensionContext context) {
    return owner(Optional.of(context)).orElseThrow(
        () -> new ExtensionConfigurationException("there is no @BalsaCluster for " + context.getDisplayName()));
  }

  /** The innermost context that has a cluster: of the method, of its class, of a class around that. */
  private static Optional<ExtensionContext> owner(Optional<ExtensionContext> context) {
    Optional<ExtensionContext> at = context;
    while (at.isPresent() && wanted(at.get()).isEmpty()) {
      at = at.get().getParent();
    }
    return at;
  }

  /** Of this context itself. That of a method tells its class as well, to which it does not belong here. */
  private static Optional<BalsaCluster> wanted(ExtensionContext context) {
    Optional<Method> method = context.getTestMethod();
    return method.isPresent()
        ? AnnotationSupport.findAnnotation(method, BalsaCluster.class)
        : AnnotationSupport.findAnnotation(context.getTestClass(), BalsaCluster.class);
  }
}
