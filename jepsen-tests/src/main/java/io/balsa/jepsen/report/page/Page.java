package io.balsa.jepsen.report.page;

import io.balsa.jepsen.report.markup.Markup;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.function.Consumer;

/** What all pages have: their head, with style and script in it, and tables. */
final class Page {
  private Page() {}

  /** Writes a page with this in it. */
  static void write(Writer writer, String title, Consumer<Markup> body) {
    String script = resource("report.js");
    Markup page = new Markup(writer);
    page.doctype().open("html", "lang", "en").open("head");
    page.empty("meta", "charset", "utf-8");
    page.empty("meta", "http-equiv", "Content-Security-Policy", "content",
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + sha256(script)
            + "'; base-uri 'none'; form-action 'none'");
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.empty("meta", "name", "color-scheme", "content", "light dark");
    page.leaf("title", title);
    page.open("style").verbatim(resource("report.css")).close().close();
    page.open("body").open("main");
    body.accept(page);
    page.close();
    page.open("div", "id", "tip", "hidden", "hidden", "role", "tooltip").close();
    page.open("script").verbatim(script).close();
    page.close().close();
    page.flush();
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("not on the class path: " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha256(String text) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Begins a section. */
  static void section(Markup page, String heading) {
    page.open("section").leaf("h2", heading);
  }

  /** Begins a table that may be wider than the screen, and its body. A head that begins with "#" is one of numbers. */
  static void table(Markup page, String... heads) {
    page.open("div", "class", "wide").open("table").open("thead").open("tr");
    for (String head : heads) {
      boolean number = head.startsWith("#");
      page.leaf("th", number ? head.substring(1) : head, "class", number ? "number" : "text", "scope", "col");
    }
    page.close().close().open("tbody");
  }

  /** Ends what {@link #table} began. */
  static void endTable(Markup page) {
    page.close().close().close();
  }

  /** A cell with a number. */
  static void number(Markup page, String text) {
    page.leaf("td", text, "class", "number");
  }
}
