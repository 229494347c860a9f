package io.balsa.cli.txn;

import com.google.protobuf.ByteString;
import io.balsa.cli.VerbFailure;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The words of one line, taken one after the other; at its end each must have been taken. A word that begins with two dashes is
 * an option and may stand anywhere behind the first; one in double quotes is never an option and may hold blanks and the
 * escapes {@code \" \\ \n \r \t \xHH}.
 */
final class ScriptLine {
  /** A word; {@code bare}: without quotes. Compared by nobody. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Word(byte[] bytes, boolean bare) {
    String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    boolean isOption() {
      return bare && text().startsWith("--");
    }
  }

  private final int number;
  private final String text;
  private final Deque<Word> arguments = new ArrayDeque<>();
  private final List<Word> options = new ArrayList<>();
  private int at;

  /** @param number of the line, from 1 on */
  ScriptLine(int number, String text) {
    this.number = number;
    this.text = text;
    List<Word> words = words();
    for (int i = 0; i < words.size(); i++) {
      Word word = words.get(i);
      if (i > 0 && word.isOption()) {
        options.add(word);
      } else {
        arguments.add(word);
      }
    }
  }

  private List<Word> words() {
    List<Word> words = new ArrayList<>();
    while (true) {
      while (at < text.length() && isBlank(text.charAt(at))) {
        at++;
      }
      if (at == text.length() || text.charAt(at) == '#') {
        return words;
      }
      words.add(text.charAt(at) == '"' ? quoted() : bare());
    }
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
  }

  private Word bare() {
    int from = at;
    while (at < text.length() && !isBlank(text.charAt(at))) {
      at++;
    }
    return new Word(text.substring(from, at).getBytes(StandardCharsets.UTF_8), true);
  }

  private Word quoted() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    at++;
    while (at < text.length() && text.charAt(at) != '"') {
      int c = text.codePointAt(at);
      at += Character.charCount(c);
      bytes.writeBytes(c == '\\' ? escaped() : Character.toString(c).getBytes(StandardCharsets.UTF_8));
    }
    if (at == text.length()) {
      throw wrong("a double quote is not closed");
    }
    at++;
    if (at < text.length() && !isBlank(text.charAt(at))) {
      throw wrong("a blank is missing behind a closing double quote");
    }
    return new Word(bytes.toByteArray(), false);
  }

  private byte[] escaped() {
    char c = at < text.length() ? text.charAt(at++) : ' ';
    return switch (c) {
      case '"', '\\' -> new byte[]{(byte) c};
      case 'n' -> new byte[]{'\n'};
      case 'r' -> new byte[]{'\r'};
      case 't' -> new byte[]{'\t'};
      case 'x' -> hexEscape();
      default -> throw wrongEscape();
    };
  }

  private byte[] hexEscape() {
    if (at + 2 > text.length() || !HexFormat.isHexDigit(text.charAt(at))
        || !HexFormat.isHexDigit(text.charAt(at + 1))) {
      throw wrongEscape();
    }
    at += 2;
    return new byte[]{(byte) HexFormat.fromHexDigits(text, at - 2, at)};
  }

  private RuntimeException wrongEscape() {
    return wrong("in double quotes a backslash begins one of \\\" \\\\ \\n \\r \\t \\xHH");
  }

  /** Nothing, or a comment. */
  boolean isEmpty() {
    return arguments.isEmpty() && options.isEmpty();
  }

  /** The next word, as bytes. */
  ByteString bytes(String what) {
    Word word = arguments.poll();
    if (word == null) {
      throw wrong(what + " is missing");
    }
    return ByteString.copyFrom(word.bytes());
  }

  /** The next word, as text. */
  String word(String what) {
    return bytes(what).toStringUtf8();
  }

  /** Whether another word, no option, is left. */
  boolean hasMore() {
    return !arguments.isEmpty();
  }

  long number(String what) {
    return number(what, word(what));
  }

  private long number(String what, String word) {
    try {
      return Long.parseLong(word);
    } catch (NumberFormatException e) {
      throw wrong(what + " is to be a whole number, not '" + word + "'");
    }
  }

  /** A number from 0 on. */
  long natural(String what) {
    return natural(what, number(what));
  }

  private long natural(String what, long given) {
    if (given < 0) {
      throw wrong(what + " is to be 0 or more, not " + given);
    }
    return given;
  }

  /** Whether this option was given. */
  boolean flag(String name) {
    return options.removeIf(option -> option.text().equals(name));
  }

  /** {@code --name=N}. */
  OptionalLong option(String name) {
    Optional<String> found = options.stream().map(Word::text).filter(option -> option.startsWith(name + "="))
        .findFirst();
    if (found.isEmpty()) {
      if (flag(name)) {
        throw wrong("write " + name + "=N, in one word");
      }
      return OptionalLong.empty();
    }
    options.removeIf(option -> option.text().equals(found.get()));
    return OptionalLong.of(number(name, found.get().substring(name.length() + 1)));
  }

  /** {@code --name=N} with a number from 0 on; 0 when it was not given. */
  long naturalOption(String name) {
    return natural(name, option(name).orElse(0));
  }

  /** Whatever was not taken makes no sense here. */
  void end() {
    if (!options.isEmpty()) {
      throw wrong(
          "unknown option " + options.getFirst().text() + " (a key or value like this stands in double quotes)");
    }
    if (hasMore()) {
      throw wrong("'" + word("") + "' is too much (blanks in a key or value need double quotes around it)");
    }
  }

  /** The refusal of the whole script because of this line. */
  VerbFailure wrong(String why) {
    return VerbFailure.usage("line " + number + " of the script: " + why + "; nothing was done");
  }
}
