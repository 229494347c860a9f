package io.balsa.storage.state;

import static io.balsa.storage.state.KeysTest.assertRefused;
import static io.balsa.storage.state.Log.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.PutRequest;
import java.math.BigInteger;
import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Incr: exact, or refused with nothing changed. */
final class IncrementsTest {
  private static final Pattern NUMBER = Pattern.compile("0|-?[1-9][0-9]*");
  private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

  @Example
  void aMissingKeyCountsAsInitial() {
    Machine m = new Machine();
    assertThat(m.apply(Log.incr("n", 5)).getIncr().getValue()).isEqualTo(5);
    IncrRequest.Builder incr = IncrRequest.newBuilder().setKey(bytes("m")).setDelta(-3).setInitial(10);
    assertThat(m.apply(Log.command().setIncr(incr)).getIncr().getValue()).isEqualTo(7);
    assertThat(m.apply(Log.command().setIncr(incr)).getIncr().getValue()).isEqualTo(4);
    assertThat(m.value("m")).isEqualTo("4");
    assertThat(m.get("m").getVersion()).isEqualTo(2);
  }

  @Example
  void aMaximumIsNotPassed() {
    Machine m = new Machine();
    m.apply(Log.put("n", "8"));
    IncrRequest.Builder incr = IncrRequest.newBuilder().setKey(bytes("n")).setDelta(1).setMax(9);
    assertThat(m.apply(Log.command().setIncr(incr)).getIncr().getValue()).isEqualTo(9);
    Result refused = m.apply(Log.command().setIncr(incr));
    assertRefused(refused, StatusCode.OUT_OF_RANGE, "OVER_MAX");
    assertThat(refused.getError().getMessage()).contains("10").contains("9");
    assertThat(m.value("n")).isEqualTo("9");
    assertThat(m.apply(Log.command().setIncr(incr.setDelta(0))).getIncr().getValue()).isEqualTo(9);
    assertRefused(m.apply(Log.command().setIncr(incr.setKey(bytes("x")).setInitial(100))), StatusCode.OUT_OF_RANGE,
        "OVER_MAX");
    assertThat(m.get("x")).isNull();
    assertThat(m.revision()).isEqualTo(4);
  }

  @Example
  void onlyWhatIsWrittenLikeANumberIsOne() {
    Machine m = new Machine();
    for (String text : List.of("", "-", "+1", "-0", "00", "01", "-01", " 1", "1 ", "1.0", "0x1", "1e3", "\u0661", "--1",
        "9223372036854775808", "-9223372036854775809", "99999999999999999999", "123456789012345678901234567890")) {
      m.apply(Log.put("n", text));
      long revision = m.revision();
      assertRefused(m.apply(Log.incr("n", 1)), StatusCode.FAILED_PRECONDITION, "NOT_A_NUMBER");
      assertThat(m.value("n")).isEqualTo(text);
      assertThat(m.revision()).isEqualTo(revision);
    }
    for (String text : List.of("0", "1", "-1", "10", "9223372036854775807", "-9223372036854775808")) {
      assertThat(Increments.parse(bytes(text))).hasValue(Long.parseLong(text));
    }
  }

  @Property
  void agreesWithUnboundedIntegers(@ForAll("values") String value, @ForAll("deltas") long delta) {
    Machine m = new Machine();
    m.apply(Log.put("n", value));
    Result result = m.apply(Log.incr("n", delta));
    BigInteger before = NUMBER.matcher(value).matches() ? new BigInteger(value) : null;
    if (before == null || before.compareTo(MIN) < 0 || before.compareTo(MAX) > 0) {
      assertRefused(result, StatusCode.FAILED_PRECONDITION, "NOT_A_NUMBER");
      assertThat(m.value("n")).isEqualTo(value);
      return;
    }
    BigInteger after = before.add(BigInteger.valueOf(delta));
    if (after.compareTo(MIN) < 0 || after.compareTo(MAX) > 0) {
      assertRefused(result, StatusCode.OUT_OF_RANGE, "OVERFLOW");
      assertThat(m.value("n")).isEqualTo(value);
    } else {
      assertThat(result.getIncr().getValue()).isEqualTo(after.longValueExact());
      assertThat(m.value("n")).isEqualTo(after.toString());
    }
  }

  @Property
  void anyBytesAreANumberOrNot(@ForAll byte[] value) {
    Machine m = new Machine();
    m.apply(Log.command().setPut(PutRequest.newBuilder().setKey(bytes("n")).setValue(ByteString.copyFrom(value))));
    Result result = m.apply(Log.incr("n", 0));
    assertThat(result.hasIncr() || result.getError().getReason().equals("NOT_A_NUMBER")).isTrue();
  }

  @Provide
  Arbitrary<String> values() {
    Arbitrary<String> longs = deltas().map(String::valueOf);
    Arbitrary<String> digits = Arbitraries.strings().withChars("-0123456789").ofMaxLength(22);
    return Arbitraries.oneOf(longs, digits);
  }

  @Provide
  Arbitrary<Long> deltas() {
    return Arbitraries.oneOf(Arbitraries.longs(), Arbitraries.longs().between(-3, 3),
        Arbitraries.longs().greaterOrEqual(Long.MAX_VALUE - 3), Arbitraries.longs().lessOrEqual(Long.MIN_VALUE + 3));
  }
}
