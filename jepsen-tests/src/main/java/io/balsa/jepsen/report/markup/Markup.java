package io.balsa.jepsen.report.markup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes elements one after the other. The JDK's writer for XML does the escaping; what XML cannot hold at all, the control
 * characters, becomes its visible picture. One thread; closes nothing. What the underlying writer throws comes as
 * {@link UncheckedIOException}.
 */
public final class Markup {
  private static final int CONTROL_PICTURES = 0x2400;
  private static final char DELETE = 0x7f;
  private static final char REPLACEMENT = '\ufffd';

  private final Writer sink;
  private final XMLStreamWriter out;

  /** Writes there. */
  public Markup(Writer sink) {
    this.sink = sink;
    try {
      this.out = XMLOutputFactory.newInstance().createXMLStreamWriter(sink);
    } catch (XMLStreamException e) {
      throw new IllegalStateException("no writer for XML", e);
    }
  }

  @FunctionalInterface
  private interface Step {
    void run() throws XMLStreamException, IOException;
  }

  private Markup write(Step step) {
    try {
      step.run();
    } catch (XMLStreamException e) {
      throw new UncheckedIOException(new IOException(e));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /**
   * Begins an element.
   *
   * @param attributes a name, its value, the next name, ...
   */
  public Markup open(String tag, String... attributes) {
    return write(() -> {
      out.writeStartElement(tag);
      attributes(attributes);
    });
  }

  /** An element that holds nothing and never may, as HTML has it, or one of SVG that holds nothing. */
  public Markup empty(String tag, String... attributes) {
    return write(() -> {
      out.writeEmptyElement(tag);
      attributes(attributes);
    });
  }

  private void attributes(String... attributes) throws XMLStreamException {
    if (attributes.length % 2 != 0) {
      throw new IllegalArgumentException("an attribute without a value: " + String.join(", ", attributes));
    }
    for (int i = 0; i < attributes.length; i += 2) {
      out.writeAttribute(attributes[i], visible(attributes[i + 1]));
    }
  }

  /** Ends the element that was begun last. */
  public Markup close() {
    return write(out::writeEndElement);
  }

  /** Text, as it is. */
  public Markup text(String text) {
    return write(() -> out.writeCharacters(visible(text)));
  }

  /** An element with only text in it. */
  public Markup leaf(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close();
  }

  /**
   * Text of this program's own that HTML takes as it is: a style or a script.
   *
   * @throws IllegalArgumentException it could end before its end, or is no XML
   */
  public Markup verbatim(String text) {
    if (text.indexOf('<') >= 0 || text.indexOf('&') >= 0) {
      throw new IllegalArgumentException("XML and HTML would read this differently: " + text);
    }
    return write(() -> {
      out.writeCharacters("");
      out.flush();
      sink.write(text);
    });
  }

  /** What makes a browser read the page by today's rules. */
  public Markup doctype() {
    return write(() -> out.writeDTD("<!DOCTYPE html>"));
  }

  /** Everything until here is with the underlying writer. */
  public void flush() {
    write(out::flush);
  }

  private static String visible(String text) {
    int at = 0;
    while (at < text.length() && isXml(text, at)) {
      at++;
    }
    if (at == text.length()) {
      return text;
    }
    StringBuilder visible = new StringBuilder(text);
    for (; at < visible.length(); at++) {
      if (!isXml(visible, at)) {
        char c = visible.charAt(at);
        visible.setCharAt(at, c < ' ' ? (char) (CONTROL_PICTURES + c) : REPLACEMENT);
      }
    }
    return visible.toString();
  }

  /** A carriage return is XML and would be read as a line feed; a delete is XML too and shows nothing. */
  private static boolean isXml(CharSequence text, int at) {
    char c = text.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }
    return c >= ' ' ? c < 0xfffe && c != DELETE : c == '\n' || c == '\t';
  }
}
