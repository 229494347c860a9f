package io.balsa.structure;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What replicas decide by, and what the simulator replays from one seed, is a function of its input: no clock and no random
 * source of its own, and no collection whose order changes between runs. Each package stands on its own here, so that one
 * that is renamed away fails.
 */
class PurityTest {
  private static final List<String> CLOCKS_AND_RANDOM_SOURCES = List.of("java.lang.System.currentTimeMillis",
      "java.lang.System.nanoTime", "java.lang.Math.random", "java.util.UUID.randomUUID",
      "java.util.random.RandomGenerator.getDefault", "java.util.random.RandomGenerator.of");
  private static final List<String> CLASSES_THAT_DRAW = List.of("java.util.concurrent.ThreadLocalRandom",
      "java.security.SecureRandom");
  /** The immutable sets and maps of the JDK are salted at each start; the collectors make hash tables. */
  private static final List<String> UNORDERED = List.of("java.util.Set.of", "java.util.Set.copyOf", "java.util.Map.of",
      "java.util.Map.ofEntries", "java.util.Map.copyOf", "java.util.stream.Collectors.toSet",
      "java.util.stream.Collectors.toUnmodifiableSet", "java.util.stream.Collectors.toUnmodifiableMap");
  private static final List<String> HASH_TABLES = List.of("java.util.HashMap", "java.util.HashSet",
      "java.util.IdentityHashMap", "java.util.WeakHashMap");

  @ParameterizedTest
  @ValueSource(strings = {"io.balsa.raft.core", "io.balsa.raft.node", "io.balsa.storage.kv", "io.balsa.storage.mvcc",
      "io.balsa.storage.state", "io.balsa.client.session", "io.balsa.client.routing"})
  void decidesByItsInputOnly(String root) {
    noClasses().that().resideInAPackage(root + "..").should().accessTargetWhere(impure())
        .check(ProductionClasses.ALL);
  }

  /** The rule above would pass for ever if the predicate never matched. */
  @Test
  void seesWhatItForbids() {
    assertThat(Impure.all()).hasSize(8);
    assertThat(Pure.all(1)).hasSize(4);
    var imported = new ClassFileImporter().importClasses(Impure.class, Pure.class);
    assertThat(imported.get(Impure.class).getAccessesFromSelf().stream().filter(impure()).count()).isEqualTo(8);
    assertThat(imported.get(Pure.class).getAccessesFromSelf().stream().filter(impure())).isEmpty();
  }

  private static DescribedPredicate<JavaAccess<?>> impure() {
    return DescribedPredicate.describe("is a clock, a random source or a collection without a fixed order",
        PurityTest::isImpure);
  }

  private static boolean isImpure(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    String name = access.getTarget().getName();
    String target = owner + "." + name;
    return CLOCKS_AND_RANDOM_SOURCES.contains(target) || CLASSES_THAT_DRAW.contains(owner) || UNORDERED.contains(target)
        || (owner.startsWith("java.time.") && (name.equals("now") || name.startsWith("system")))
        || (name.equals("<init>") && HASH_TABLES.contains(owner))
        || access.getTarget().getFullName().equals("java.util.Random.<init>()")
        || access.getTarget().getFullName().equals("java.util.SplittableRandom.<init>()");
  }

  private static final class Impure {
    static Object[] all() {
      return new Object[]{System.nanoTime(), java.time.Instant.now(), new Random(), ThreadLocalRandom.current(),
          new HashMap<String, String>(), new HashSet<String>(), Set.of(1, 2),
          List.of(1).stream().collect(Collectors.toSet()),
      };
    }
  }

  private static final class Pure {
    static Object[] all(long seed) {
      Map<String, String> map = new LinkedHashMap<>();
      return new Object[]{new Random(seed), map, new LinkedHashSet<String>(), List.of(1, 2)};
    }
  }
}
