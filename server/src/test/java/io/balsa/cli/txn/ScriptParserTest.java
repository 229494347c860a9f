package io.balsa.cli.txn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.balsa.cli.VerbFailure;
import io.balsa.cli.txn.ScriptGuard.Field;
import io.balsa.cli.txn.ScriptGuard.Relation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptParserTest {
  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  @Test
  void everyGuardAndEveryOperation() {
    TxnScript script = ScriptParser.parse("""
        # what must be so
        value a = 100
        value a/ != 1 --prefix
        version b > 0
        create b == 7
        mod b < 17
        lease b = -1
        exists c
        missing c/ --prefix
        unchanged c/ 17 --prefix

        held reports 42   # and nobody else
        then
          get a
          range
          range a/ --limit=10 --keys-only --reverse
          put a 90
          put b 91 --lease=7
          del c
          del c/ --prefix
          incr n
          incr n -5 --initial=10 --max=100
        else
          get b
        """, false);
    assertThat(script.guards()).containsExactly(
        new ScriptGuard.Value(bytes("a"), false, Relation.EQUAL, bytes("100")),
        new ScriptGuard.Value(bytes("a/"), true, Relation.NOT_EQUAL, bytes("1")),
        new ScriptGuard.NumberGuard(Field.VERSION, bytes("b"), false, Relation.GREATER, 0),
        new ScriptGuard.NumberGuard(Field.CREATE, bytes("b"), false, Relation.EQUAL, 7),
        new ScriptGuard.NumberGuard(Field.MOD, bytes("b"), false, Relation.LESS, 17),
        new ScriptGuard.NumberGuard(Field.LEASE, bytes("b"), false, Relation.EQUAL, -1),
        new ScriptGuard.Existence(bytes("c"), false, true), new ScriptGuard.Existence(bytes("c/"), true, false),
        new ScriptGuard.Unchanged(bytes("c/"), true, 17), new ScriptGuard.Held("reports", 42));
    assertThat(script.thenOps()).containsExactly(new ScriptOp.Get(bytes("a")),
        new ScriptOp.Range(ByteString.EMPTY, 0, false, false),
        new ScriptOp.Range(bytes("a/"), 10, true, true),
        new ScriptOp.Put(bytes("a"), bytes("90"), 0), new ScriptOp.Put(bytes("b"), bytes("91"), 7),
        new ScriptOp.Delete(bytes("c"), false), new ScriptOp.Delete(bytes("c/"), true),
        new ScriptOp.Incr(bytes("n"), 1, OptionalLong.empty(), OptionalLong.empty()),
        new ScriptOp.Incr(bytes("n"), -5, OptionalLong.of(10), OptionalLong.of(100)));
    assertThat(script.elseOps()).containsExactly(new ScriptOp.Get(bytes("b")));
  }

  @Test
  void quotesHoldBlanksEscapesAndWhatWouldBeSomethingElse() {
    TxnScript script = ScriptParser.parse("""
        then
        put "a key" "tab\\t line\\n \\"quoted\\" \\\\ \\xff\\x00"
        put "#no-comment" "--no-option"
        put slash\\n ""
        put "ключ" "€ 😀"
        """, false);
    assertThat(script.thenOps()).containsExactly(
        new ScriptOp.Put(bytes("a key"),
            bytes("tab\t line\n \"quoted\" \\ ").concat(ByteString.copyFrom(new byte[]{(byte) 0xff, 0})), 0),
        new ScriptOp.Put(bytes("#no-comment"), bytes("--no-option"), 0),
        new ScriptOp.Put(bytes("slash\\n"), ByteString.EMPTY, 0), new ScriptOp.Put(bytes("ключ"), bytes("€ 😀"), 0));
  }

  @Test
  void keysInHexadecimal() {
    TxnScript script = ScriptParser.parse("exists 00ff\nthen\nput 00FF text\nrange\n", true);
    ByteString key = ByteString.copyFrom(new byte[]{0, (byte) 0xff});
    assertThat(script.guards()).containsExactly(new ScriptGuard.Existence(key, false, true));
    assertThat(script.thenOps().getFirst()).isEqualTo(new ScriptOp.Put(key, bytes("text"), 0));
  }

  @Test
  void guardsMayBeMissingAndSoMayOperations() {
    assertThat(ScriptParser.parse("then", false)).isEqualTo(new TxnScript(List.of(), List.of(), List.of()));
    assertThat(ScriptParser.parse("then\r\nput a b\r\n", false).thenOps()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '\'', value = {"''                      | no line 'then'",
      "value a = 1             | no line 'then'", "put a b                 | 'put' is an operation",
      "'then\nthen'            | line 2 of the script: 'then' stands here a second time",
      "else                    | 'else' stands behind 'then'", "'then\nelse\nelse'      | line 3 of the script: 'else'",
      "'then\nputt a b'        | 'putt' is no operation; one of get, range, put, del, incr",
      "'valeu a = 1\nthen'     | 'valeu' is no guard", "'value a\nthen'         | one of = != < > is missing",
      "'value a ~ 1\nthen'     | '~' is not one of = != < >", "'version a = x\nthen'   | not 'x'",
      "'held l\nthen'          | the token is missing", "'held l -1\nthen'       | 0 or more",
      "'then\nput a'           | line 2 of the script: the value is missing",
      "'then\nput a b c'       | 'c' is too much", "'then\nput a b --tll=4' | unknown option --tll=4",
      "'then\nput a b --lease' | write --lease=N", "'then\nput a b --lease=x' | not 'x'",
      "'then\ndel \"\" --prefix' | delete everything", "'then\nget \"\"'        | at least one byte",
      "'then\nget \"a'         | not closed", "'then\nget \"a\"b'      | a blank is missing",
      "'then\nget \"\\q\"'     | a backslash begins", "'then\nget \"\\x1\"'    | a backslash begins",
      "'then\nincr n 1.5'      | whole number, not '1.5'", "'then\nincr n 9223372036854775808' | whole number"})
  void whatIsWrongIsToldWithItsLine(String script, String told) {
    assertThatThrownBy(() -> ScriptParser.parse(script, false)).isInstanceOfSatisfying(VerbFailure.class,
        failure -> assertThat(failure.status()).isEqualTo(2)).hasMessageContaining(told)
        .hasMessageContaining("nothing was done");
  }

  @Test
  void aKeyThatIsNotHexadecimalIsTold() {
    assertThatThrownBy(() -> ScriptParser.parse("then\nget xy\n", true))
        .hasMessageContaining("'xy' is not hexadecimal");
  }

  /** What is no text must not become other bytes in silence. */
  @Test
  void bytesThatAreNoUtf8AreTurnedDownByTheirLine() {
    byte[] latin = "# a\nthen\nput k caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> ScriptParser.parse(latin, false)).isInstanceOf(VerbFailure.class)
        .hasMessageContaining("line 3 ").hasMessageContaining("UTF-8").hasMessageContaining("\\xHH");
    byte[] text = "then\nput k caf\u00e9\n".getBytes(StandardCharsets.UTF_8);
    assertThat(ScriptParser.parse(text, false).thenOps())
        .containsExactly(new ScriptOp.Put(bytes("k"), bytes("caf\u00e9"), 0));
  }
}
