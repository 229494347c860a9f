package io.balsa.storage.mvcc;

import com.google.protobuf.ByteString;
import java.util.function.Predicate;

/**
 * A part of the history, in the order in which it was made.
 *
 * @param from     the first change that is wanted
 * @param through  the last revision that is
 * @param wanted   which keys
 * @param previous of which of them the version before is to come along
 */
public record ChangesQuery(ChangePosition from, long through, Predicate<ByteString> wanted,
    Predicate<ByteString> previous) {
}
