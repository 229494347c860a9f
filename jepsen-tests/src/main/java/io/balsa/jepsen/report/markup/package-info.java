/**
 * Writing of pages: elements, attributes and text, and numbers as people read them.
 *
 * <p>Invariants: whatever is given as text or as an attribute's value stays text, wherever it came from; a page is well-formed XML
 * and means the same to a browser that reads it as HTML.
 *
 * <p>Start at {@link io.balsa.jepsen.report.markup.Markup}.
 */
@NullMarked
package io.balsa.jepsen.report.markup;

import org.jspecify.annotations.NullMarked;
