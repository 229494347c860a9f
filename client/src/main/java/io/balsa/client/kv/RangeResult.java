package io.balsa.client.kv;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The rows of a range, fetched page by page while they are iterated; all are read at {@link #revision()}. An iteration
 * blocks when it needs the next page and throws what that ended with. Each iteration begins at the first row. Immutable;
 * each iterator is confined to one thread.
 */
public final class RangeResult implements Iterable<KeyValue> {
  private final KvCalls calls;
  private final RangePage first;

  RangeResult(KvCalls calls, RangePage first) {
    this.calls = calls;
    this.first = first;
  }

  /** The revision that all rows are read at. */
  public long revision() {
    return first.revision();
  }

  @Override
  public Iterator<KeyValue> iterator() {
    return new Rows();
  }

  /** The rows as a sequential stream. */
  public Stream<KeyValue> stream() {
    return StreamSupport.stream(spliterator(), false);
  }

  private final class Rows implements Iterator<KeyValue> {
    private RangePage page = first;
    private Iterator<KeyValue> rows = page.keyValues().iterator();

    @Override
    public boolean hasNext() {
      while (!rows.hasNext() && page.hasMore()) {
        page = calls.await(page.nextAsync(), false);
        rows = page.keyValues().iterator();
      }
      return rows.hasNext();
    }

    @Override
    public KeyValue next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return rows.next();
    }
  }
}
