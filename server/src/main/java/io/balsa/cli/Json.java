package io.balsa.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;

/** Documents on standard output: written as a stream, since binding objects would double the start of a verb. */
final class Json {
  private Json() {}

  /** What stands in a document. */
  interface Content {
    void writeTo(JsonGenerator json) throws IOException;
  }

  /** Writes one document and ends the line. */
  static void document(Console console, Content content) {
    try (JsonGenerator json = JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build()
        .createGenerator(console.out())) {
      content.writeTo(json);
    } catch (IOException e) {
      throw new Console.OutputFailure(e);
    }
    console.println("");
  }

  /**
   * A key or value under this name: text as it is, in hexadecimal when that was asked for; bytes that are no text stand in
   * base64 under the name with "Base64" behind it.
   */
  static void bytes(JsonGenerator json, String name, byte[] bytes, boolean hex) throws IOException {
    if (hex) {
      json.writeStringField(name, HexFormat.of().formatHex(bytes));
      return;
    }
    String text = Text.utf8(bytes);
    if (text == null) {
      json.writeStringField(name + "Base64", new String(Base64.getEncoder().encode(bytes), StandardCharsets.US_ASCII));
    } else {
      json.writeStringField(name, text);
    }
  }

  /** A field that is null where there is nothing to say. */
  static void textOrNull(JsonGenerator json, String name, String text) throws IOException {
    if (text.isEmpty()) {
      json.writeNullField(name);
    } else {
      json.writeStringField(name, text);
    }
  }
}
