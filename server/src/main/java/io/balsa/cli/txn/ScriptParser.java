package io.balsa.cli.txn;

import com.google.protobuf.ByteString;
import io.balsa.cli.VerbFailure;
import io.balsa.cli.txn.ScriptGuard.Field;
import io.balsa.cli.txn.ScriptGuard.Relation;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Reads a script: guards, one a line; a line {@code then}; operations, one a line; if wanted a line {@code else} and operations
 * again. Operations are written as on the command line.
 *
 * <pre>
 * value acct/a = 100             # or != &lt; &gt;; the bytes are compared
 * version acct/b &gt; 0             # version, create, mod and lease are numbers; 0 for a missing key
 * exists acct/b                  # missing K: it must not exist
 * unchanged acct/ 17 --prefix    # nothing put or deleted there after revision 17
 * held reports 42                # this lock is held now with this token
 * then
 * put acct/a 90 --lease=7
 * incr acct/b 10
 * else
 * get acct/a
 * range acct/ --limit=10
 * del "a key with blanks"
 * </pre>
 */
public final class ScriptParser {
  private static final String THEN = "then";
  private static final String ELSE = "else";
  private static final String KEY = "the key";

  private final boolean hex;
  private final List<ScriptGuard> guards = new ArrayList<>();
  private final List<ScriptOp> thenOps = new ArrayList<>();
  private final List<ScriptOp> elseOps = new ArrayList<>();
  private boolean thenSeen;
  private boolean elseSeen;

  private ScriptParser(boolean hex) {
    this.hex = hex;
  }

  /** As below, from bytes that are to be UTF-8: what is not would be stored as something else. */
  public static TxnScript parse(byte[] utf8, boolean hex) {
    ByteBuffer in = ByteBuffer.wrap(utf8);
    CharBuffer text = CharBuffer.allocate(utf8.length);
    if (StandardCharsets.UTF_8.newDecoder().decode(in, text, true).isError()) {
      int line = 1;
      for (int i = 0; i < in.position(); i++) {
        line += utf8[i] == '\n' ? 1 : 0;
      }
      throw new ScriptLine(line, "").wrong("it holds bytes that are no UTF-8: write them as \\xHH in double quotes");
    }
    return parse(text.flip().toString(), hex);
  }

  /**
   * Reads a whole script.
   *
   * @param hex keys are hexadecimal
   * @throws VerbFailure with the status of wrong usage, naming the line
   */
  public static TxnScript parse(String text, boolean hex) {
    ScriptParser parser = new ScriptParser(hex);
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      ScriptLine line = new ScriptLine(i + 1, lines.get(i));
      if (!line.isEmpty()) {
        parser.line(line);
      }
    }
    if (!parser.thenSeen) {
      throw VerbFailure
          .usage("the script has no line 'then': guards, if any, stand before it and operations behind it; "
              + "nothing was done");
    }
    return new TxnScript(parser.guards, parser.thenOps, parser.elseOps);
  }

  private void line(ScriptLine line) {
    String word = line.word("a word");
    switch (word) {
      case THEN -> {
        if (thenSeen) {
          throw line.wrong("'then' stands here a second time");
        }
        thenSeen = true;
      }
      case ELSE -> {
        if (!thenSeen || elseSeen) {
          throw line.wrong("'else' stands behind 'then', once");
        }
        elseSeen = true;
      }
      default -> {
        if (!thenSeen) {
          guards.add(guard(word, line));
        } else {
          (elseSeen ? elseOps : thenOps).add(operation(word, line));
        }
      }
    }
    line.end();
  }

  private ScriptGuard guard(String word, ScriptLine line) {
    return switch (word) {
      case "value" -> {
        boolean prefix = prefix(line);
        yield new ScriptGuard.Value(key(line, prefix), prefix, relation(line), line.bytes("the value"));
      }
      case "version" -> number(Field.VERSION, line);
      case "create" -> number(Field.CREATE, line);
      case "mod" -> number(Field.MOD, line);
      case "lease" -> number(Field.LEASE, line);
      case "exists", "missing" -> {
        boolean prefix = prefix(line);
        yield new ScriptGuard.Existence(key(line, prefix), prefix, word.equals("exists"));
      }
      case "unchanged" -> {
        boolean prefix = prefix(line);
        yield new ScriptGuard.Unchanged(key(line, prefix), prefix, line.natural("the revision"));
      }
      case "held" -> new ScriptGuard.Held(line.word("the name of the lock"), line.natural("the token"));
      case "get", "range", "put", "del", "incr" ->
        throw line.wrong("'" + word + "' is an operation and stands behind the line 'then'");
      default -> throw line.wrong("'" + word + "' is no guard; one of value, version, create, mod, lease, exists, "
          + "missing, unchanged, held");
    };
  }

  private ScriptGuard number(Field field, ScriptLine line) {
    boolean prefix = prefix(line);
    return new ScriptGuard.NumberGuard(field, key(line, prefix), prefix, relation(line), line.number("the number"));
  }

  private static boolean prefix(ScriptLine line) {
    return line.flag("--prefix");
  }

  private static Relation relation(ScriptLine line) {
    String sign = line.word("one of = != < >");
    return switch (sign) {
      case "=", "==" -> Relation.EQUAL;
      case "!=" -> Relation.NOT_EQUAL;
      case "<" -> Relation.LESS;
      case ">" -> Relation.GREATER;
      default -> throw line.wrong("'" + sign + "' is not one of = != < >");
    };
  }

  private ScriptOp operation(String word, ScriptLine line) {
    return switch (word) {
      case "get" -> new ScriptOp.Get(key(line, false));
      case "range" -> new ScriptOp.Range(line.hasMore() ? key(line, true) : ByteString.EMPTY,
          line.naturalOption("--limit"), line.flag("--keys-only"), line.flag("--reverse"));
      case "put" -> new ScriptOp.Put(key(line, false), line.bytes("the value"), line.naturalOption("--lease"));
      case "del" -> delete(line);
      case "incr" -> new ScriptOp.Incr(key(line, false), line.hasMore() ? line.number("what is added") : 1,
          line.option("--initial"), line.option("--max"));
      default -> throw line.wrong("'" + word + "' is no operation; one of get, range, put, del, incr");
    };
  }

  private ScriptOp delete(ScriptLine line) {
    boolean prefix = prefix(line);
    ByteString key = key(line, prefix);
    if (key.isEmpty()) {
      throw line.wrong("an empty prefix would delete everything");
    }
    return new ScriptOp.Delete(key, prefix);
  }

  private ByteString key(ScriptLine line, boolean mayBeEmpty) {
    ByteString key = line.bytes(KEY);
    if (hex) {
      try {
        key = ByteString.copyFrom(HexFormat.of().parseHex(key.toStringUtf8()));
      } catch (IllegalArgumentException e) {
        throw line.wrong("'" + key.toStringUtf8() + "' is not hexadecimal, and --hex was given");
      }
    }
    if (key.isEmpty() && !mayBeEmpty) {
      throw line.wrong("a key has at least one byte");
    }
    return key;
  }
}
