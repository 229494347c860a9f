package io.balsa.junit;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/** The fields with {@link OfCluster} of test classes. */
final class Fields {
  private static final Predicate<Field> STATIC = field -> Modifier.isStatic(field.getModifiers());

  private Fields() {}

  /**
   * Refuses those of a class that cannot be set.
   *
   * @param classHasCluster or only its methods have
   */
  static void check(Class<?> type, boolean classHasCluster) {
    for (Field field : find(type, field -> true)) {
      if (!BalsaClusterExtension.isHandedOut(field.getType())) {
        throw wrong(field, "its type is to be BalsaClient or RealCluster, not " + field.getType().getSimpleName());
      }
      if (Modifier.isFinal(field.getModifiers())) {
        throw wrong(field, "it is final; let the constructor have a parameter of its type");
      }
      if (!classHasCluster && STATIC.test(field)) {
        throw wrong(field, "a static one needs @BalsaCluster on the class");
      }
    }
  }

  /** Sets the static ones of a class, each by its type. */
  static void setStatic(Class<?> type, Function<Class<?>, Object> values) {
    find(type, STATIC).forEach(field -> set(field, null, values));
  }

  /** Sets those of these instances, each by its type. */
  static void set(List<Object> instances, Function<Class<?>, Object> values) {
    for (Object instance : instances) {
      find(instance.getClass(), STATIC.negate()).forEach(field -> set(field, instance, values));
    }
  }

  private static List<Field> find(Class<?> type, Predicate<Field> wanted) {
    return AnnotationSupport.findAnnotatedFields(type, OfCluster.class, wanted, HierarchyTraversalMode.TOP_DOWN);
  }

  private static void set(Field field, @Nullable Object instance, Function<Class<?>, Object> values) {
    try {
      field.setAccessible(true);
      field.set(instance, values.apply(field.getType()));
    } catch (IllegalAccessException e) {
      throw new ExtensionConfigurationException("cannot set " + field, e);
    }
  }

  private static ExtensionConfigurationException wrong(Field field, String why) {
    return new ExtensionConfigurationException(
        "@OfCluster " + field.getDeclaringClass().getSimpleName() + "." + field.getName() + ": " + why);
  }
}
