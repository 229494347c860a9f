package io.balsa.jepsen.checker.append;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What all clients did, in no particular order. A transaction is named T and its position, from 0. Immutable. */
public record History(List<RecordedTransaction> transactions) {
  /** Keeps a copy. */
  public History {
    transactions = List.copyOf(transactions);
  }

  /** As {@link #write} wrote it. */
  public static History read(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return parse(lines.toList());
    }
  }

  /** A transaction a line; see {@link HistoryFormat}. */
  public static History parse(List<String> lines) {
    return new History(HistoryFormat.transactions(lines));
  }

  /** Keeps it as text, so that what was found can be looked at and checked again. */
  public void write(Path file) throws IOException {
    Files.write(file, transactions.stream().map(RecordedTransaction::toString).toList());
  }

  RecordedTransaction get(int transaction) {
    return transactions.get(transaction);
  }

  int size() {
    return transactions.size();
  }
}
