package io.balsa.cli;

import java.util.ArrayList;
import java.util.List;

/** A table for people: columns as wide as their widest cell, two spaces between them, numbers at the right. */
public final class Table {
  private final List<String> head;
  private final List<Boolean> right = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  /** @param head the columns; one whose name begins with '>' is set at the right */
  public Table(String... head) {
    List<String> names = new ArrayList<>();
    for (String name : head) {
      right.add(name.startsWith(">"));
      names.add(name.startsWith(">") ? name.substring(1) : name);
    }
    this.head = names;
  }

  /** Adds a row with one cell a column. */
  public Table row(String... cells) {
    if (cells.length != head.size()) {
      throw new IllegalArgumentException("a row of " + cells.length + " cells in a table of " + head.size());
    }
    rows.add(List.of(cells));
    return this;
  }

  /** The lines, without blanks at their ends; each row is preceded by {@code indent}. */
  public List<String> lines(String indent) {
    int[] widths = new int[head.size()];
    List<List<String>> all = new ArrayList<>();
    all.add(head);
    all.addAll(rows);
    for (List<String> row : all) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], width(row.get(column)));
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder(indent);
      for (int column = 0; column < widths.length; column++) {
        String cell = row.get(column);
        String pad = " ".repeat(widths[column] - width(cell));
        line.append(column == 0 ? "" : "  ").append(right.get(column) ? pad + cell : cell + pad);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
