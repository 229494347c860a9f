package io.balsa.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A field of a test class that {@link BalsaCluster} sets: a {@code BalsaClient} or a {@code RealCluster}, not final, perhaps private.
 * An instance's is set before {@code @BeforeEach}, a static one before {@code @BeforeAll}.
 */
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface OfCluster {
}
