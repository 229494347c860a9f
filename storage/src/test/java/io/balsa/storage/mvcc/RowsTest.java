package io.balsa.storage.mvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.storage.kv.RowReader;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.RowWriter;
import io.balsa.storage.kv.StateCorruptException;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

final class RowsTest {
  @Property
  void rowsOrderByKeyThenNewestFirst(@ForAll("keys") byte[] key, @ForAll("keys") byte[] other,
      @ForAll @LongRange(min = 0) long revision, @ForAll @LongRange(min = 0) long otherRevision) {
    int byKey = Integer.signum(Arrays.compareUnsigned(key, other));
    int expected = byKey != 0 ? byKey : Long.compare(otherRevision, revision);
    assertThat(Integer.signum(Arrays.compareUnsigned(Rows.version(key, revision), Rows.version(other, otherRevision))))
        .isEqualTo(expected);
    assertThat(Rows.sameKey(Rows.version(key, revision), Rows.version(other, otherRevision))).isEqualTo(byKey == 0);
  }

  @Property
  void noPrefixIsAPrefixOfAnother(@ForAll("keys") byte[] key, @ForAll("keys") byte[] other) {
    byte[] prefix = Rows.versionPrefix(key);
    byte[] otherPrefix = Rows.versionPrefix(other);
    boolean isPrefix = otherPrefix.length >= prefix.length
        && Arrays.equals(prefix, Arrays.copyOf(otherPrefix, prefix.length));
    assertThat(isPrefix).isEqualTo(Arrays.equals(key, other));
  }

  @Property
  void aRowGivesItsKeyAndRevisionBack(@ForAll("keys") byte[] key, @ForAll @LongRange(min = 0) long revision)
      throws Exception {
    byte[] row = Rows.version(key, revision);
    assertThat(Rows.userKeyOf(row)).isEqualTo(key);
    assertThat(Rows.revisionOf(row)).isEqualTo(revision);
    assertThat(Rows.prefixOf(row)).isEqualTo(Rows.versionPrefix(key));
    assertThat(Rows.atRevision(row, 7)).isEqualTo(Rows.version(key, 7));
    byte[] behind = Rows.behindVersions(row);
    assertThat(Arrays.compareUnsigned(behind, Rows.version(key, 0))).isPositive();
    byte[] next = Arrays.copyOf(key, key.length + 1);
    assertThat(Arrays.compareUnsigned(behind, Rows.version(next, Long.MAX_VALUE))).isNegative();
    assertThat(Rows.userKeyOfLeaseKey(Rows.leaseKey(revision, key))).isEqualTo(key);
  }

  @Property
  void numbersComeBackAndOrder(@ForAll long number, @ForAll @LongRange(min = 0) long first,
      @ForAll @LongRange(min = 0) long second) throws Exception {
    byte[] row = new RowWriter(1).putVarLong(number).putLong(number).putInt((int) number).putByte(7).toBytes();
    RowReader in = new RowReader(ColumnFamily.META, row);
    assertThat(in.readVarLong()).isEqualTo(number);
    assertThat(in.readLong()).isEqualTo(number);
    assertThat(in.readInt()).isEqualTo((int) number);
    assertThat(in.readByte()).isEqualTo(7);
    assertThatThrownBy(in::readByte).isInstanceOf(StateCorruptException.class);
    assertThat(Integer.signum(Arrays.compareUnsigned(Rows.number(first), Rows.number(second))))
        .isEqualTo(Long.compare(first, second));
  }

  @Property
  void whatIsNoRowIsCorrupt(@ForAll byte[] bytes) {
    byte[] row = Arrays.copyOf(bytes, bytes.length + 8);
    try {
      assertThat(Rows.versionPrefix(Rows.userKeyOf(row))).isEqualTo(Rows.prefixOf(row));
    } catch (StateCorruptException e) {
      assertThat(e).hasMessageContaining("state is corrupt").hasMessageContaining("versions");
    }
  }

  @Example
  void theFormatIsFixed() {
    assertThat(Rows.version(new byte[]{'a', 0, 'b'}, 258))
        .containsExactly('a', 0, 0xff, 'b', 0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xfd);
    assertThat(Rows.revision(258, 3)).containsExactly(0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 3);
    assertThat(Rows.leaseKey(258, new byte[]{'a', 0})).containsExactly(0, 0, 0, 0, 0, 0, 1, 2, 'a', 0);
    assertThat(new KeyState(1, 300, 2, 5, null).encode()).containsExactly(1, 0xac, 2, 2, 5);
    assertThat(VersionRow.value(new KeyState(1, 300, 2, 5, null), com.google.protobuf.ByteString.copyFromUtf8("v")))
        .containsExactly(1, 1, 2, 5, 'v');
    assertThat(VersionRow.tombstone()).containsExactly(2);
  }

  @Provide
  Arbitrary<byte[]> keys() {
    return Arbitraries.oneOf(
        Arbitraries.of((byte) 0, (byte) 1, (byte) 'a', (byte) 0xff).array(byte[].class).ofMaxSize(6),
        Arbitraries.bytes().array(byte[].class).ofMaxSize(20));
  }
}
