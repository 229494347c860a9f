package io.balsa.cli;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Keys and values between bytes and what a terminal or a JSON document can hold. */
final class Text {
  private Text() {}

  /** The bytes that an argument stands for. */
  static byte[] bytes(String argument, boolean hex) {
    if (!hex) {
      return argument.getBytes(StandardCharsets.UTF_8);
    }
    try {
      return HexFormat.of().parseHex(argument);
    } catch (IllegalArgumentException e) {
      throw VerbFailure.usage("'" + argument + "' is not hexadecimal: --hex takes an even number of digits, like 00ff");
    }
  }

  /** For JSON: the text, or null where the bytes are no UTF-8 (they are given in base64 then). */
  static @Nullable String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** On one line of a terminal: text as it is, a backslash, control characters and bytes that are no text escaped. */
  static String line(byte[] bytes, boolean hex) {
    if (hex) {
      return HexFormat.of().formatHex(bytes);
    }
    String text = utf8(bytes);
    StringBuilder line = new StringBuilder(bytes.length);
    if (text == null) {
      for (byte b : bytes) {
        escape(line, b & 0xff, b >= 0x20 && b < 0x7f);
      }
    } else {
      text.codePoints().forEach(c -> escape(line, c, !Character.isISOControl(c)));
    }
    return line.toString();
  }

  private static void escape(StringBuilder line, int c, boolean printable) {
    switch (c) {
      case '\\' -> line.append("\\\\");
      case '\n' -> line.append("\\n");
      case '\r' -> line.append("\\r");
      case '\t' -> line.append("\\t");
      default -> {
        if (printable) {
          line.appendCodePoint(c);
        } else {
          line.append("\\x").append(HexFormat.of().toHexDigits((byte) c));
        }
      }
    }
  }
}
