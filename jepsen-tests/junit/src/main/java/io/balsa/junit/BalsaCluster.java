package io.balsa.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The tests of a class, or one test, run against a Balsa cluster of their own: server processes on this machine, from the
 * distribution that the environment variable {@code BALSA_HOME} or the system property {@code balsa.dist} names.
 *
 * <pre>{@code
 * @BalsaCluster
 * class VisitsTest {
 *   @Test
 *   void countsEveryVisit(BalsaClient client) {
 *     new Visits(client).visit();
 *     assertEquals(1, client.counter("visits").get());
 *   }
 *
 *   @Test
 *   void countsOnWhenTheLeaderDies(BalsaClient client, RealCluster cluster) {
 *     cluster.awaitLeader().kill();
 *     assertEquals(2, new Visits(client).visit());
 *   }
 * }
 * }</pre>
 *
 * <p><b>On a class</b> there is one cluster for all its tests, those of its {@code @Nested} classes included: started before {@code
 * @BeforeAll}, ended after {@code @AfterAll}. <b>On a method</b> that test has a cluster to itself, and so has each invocation of a
 * parameterized or repeated one; it comes before {@code @BeforeEach} and goes after {@code @AfterEach}. A method's own goes before
 * its class's, and that of a nested class before that of the class around it.
 *
 * <p><b>What is handed out.</b> A parameter of a constructor, test or lifecycle method, or a field with {@link OfCluster}, gets by
 * its type
 *
 * <ul>
 * <li>{@code BalsaClient}: a client whose calls may take 30 s, for machines that run tests are busy. The test method, its
 * {@code @BeforeEach} and {@code @AfterEach} and the fields of its instance have the same one, which is closed behind them: its
 * session ends, and its locks are free before the next test. The constructor, {@code @BeforeAll}, {@code @AfterAll} and static
 * fields have another, which is closed behind the class. For other settings, or more of them: {@code
 * BalsaClient.builder().endpoints(cluster.endpoints())}.
 * <li>{@link io.balsa.junit.cluster.RealCluster}: the cluster, to kill, pause and restart its nodes.
 * </ul>
 *
 * <p><b>What is left for the next test</b> of the class. Keys stay: where one test must not see another's, take other keys, or call
 * {@code cluster.clear()} in {@code @BeforeEach}, which takes milliseconds; a cluster for each test takes seconds. Nodes do not
 * stay dead: each test begins with every node running and ready, as by {@code cluster.restore()}. So tests of one class that
 * do something to nodes must not run at the same time; classes may.
 *
 * <p><b>When a test fails</b>, its failure tells in a suppressed exception how every node was and what it had logged last, and
 * in which directory data and logs are kept. Of classes and methods without a failure they are deleted.
 *
 * <p>The servers end when the JVM of the tests does, even if that is killed. Each has a heap of 512 MB, unless {@code
 * BALSA_JAVA_OPTS} says otherwise, e.g. {@code -Xmx256m}; other variables {@code BALSA_...} do not reach them.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(BalsaClusterExtension.class)
public @interface BalsaCluster {
  /** How many nodes, 1 or more. One starts fastest; it takes three to lose one. */
  int nodes() default 3;

  /** Of every server, besides those that make it a node of this cluster: {@code {"--compact-count", "1000"}}. */
  String[] flags() default {};
}
