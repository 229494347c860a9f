package io.balsa.raft.sim;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Entry;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A hash of all that a value holds, equal in every run and every JVM, which hash codes of enums and of most objects are not. Records
 * are taken by their components, so a field that is added to a message counts from its first day.
 */
final class ContentHash {
  private static final long FACTOR = 1_000_003;

  private static final ClassValue<Method[]> COMPONENTS = new ClassValue<>() {
    @Override
    protected Method[] computeValue(Class<?> type) {
      return Stream.of(type.getRecordComponents()).map(RecordComponent::getAccessor).toArray(Method[]::new);
    }
  };

  private ContentHash() {
  }

  /** @throws IllegalArgumentException for a type whose content it does not know how to reach */
  static long of(@Nullable Object value) {
    return switch (value) {
      case null -> 17;
      case Long number -> number;
      case Integer number -> number;
      case Boolean flag -> flag ? 5 : 3;
      case String text -> text.hashCode();
      case Bytes bytes -> bytes.hashCode();
      case Enum<?> constant -> constant.name().hashCode();
      case Entry entry -> of(entry);
      case List<?> list -> of(list);
      case Record record -> of(record);
      default -> throw new IllegalArgumentException("no hash of the content of a " + value.getClass());
    };
  }

  /** As of any record; there are many. */
  static long of(Entry entry) {
    long hash = ((entry.type().code() * FACTOR + entry.term()) * FACTOR + entry.index()) * FACTOR + entry.stampNanos();
    return hash * FACTOR + entry.payload().hashCode();
  }

  private static long of(List<?> list) {
    long hash = list.size();
    for (Object element : list) {
      hash = hash * FACTOR + of(element);
    }
    return hash;
  }

  private static long of(Record record) {
    long hash = record.getClass().getSimpleName().hashCode();
    try {
      for (Method component : COMPONENTS.get(record.getClass())) {
        hash = hash * FACTOR + of(component.invoke(record));
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("no hash of the content of " + record, e);
    }
    return hash;
  }
}
