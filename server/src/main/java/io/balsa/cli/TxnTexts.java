package io.balsa.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.balsa.cli.txn.ScriptOp;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.kv.TxnResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a transaction did, for people and for programs. */
final class TxnTexts {
  private final TxnResult result;
  private final List<ScriptOp> operations;
  private final boolean hex;

  /** @param operations those that ran */
  TxnTexts(TxnResult result, List<ScriptOp> operations, boolean hex) {
    this.result = result;
    this.operations = operations;
    this.hex = hex;
  }

  /** The branch and the revision, then each operation with a tab before what it answered; rows stand below their range. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add((result.succeeded() ? "then" : "else") + "  revision " + result.revision());
    for (int i = 0; i < operations.size(); i++) {
      String key = Text.line(operations.get(i).key().toByteArray(), hex);
      switch (operations.get(i)) {
        case ScriptOp.Get get -> lines.add(
            "get " + key + result.get(i).map(found -> "\t" + Text.line(found.value(), hex)).orElse("  (no such key)"));
        case ScriptOp.Put put -> lines.add("put " + key);
        case ScriptOp.Delete delete -> lines.add("del " + key + "\t" + result.delete(i).deleted());
        case ScriptOp.Incr incr -> lines.add("incr " + key + "\t" + result.incr(i));
        case ScriptOp.Range range -> {
          List<KeyValue> rows = result.range(i);
          lines.add("range " + key + "  (" + rows.size() + (result.rangeHasMore(i) ? " of more" : "") + ")");
          rows.forEach(row -> lines.add("  " + Text.line(row.key(), hex)
              + (range.keysOnly() ? "" : "\t" + Text.line(row.value(), hex))));
        }
      }
    }
    return lines;
  }

  /** One document; the responses stand in the order of the operations. */
  void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeBooleanField("succeeded", result.succeeded());
    json.writeNumberField("revision", result.revision());
    json.writeArrayFieldStart("responses");
    for (int i = 0; i < operations.size(); i++) {
      json.writeStartObject();
      response(json, i);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void response(JsonGenerator json, int i) throws IOException {
    switch (operations.get(i)) {
      case ScriptOp.Get get -> {
        json.writeStringField("op", "get");
        json.writeFieldName("keyValue");
        Optional<KeyValue> found = result.get(i);
        if (found.isPresent()) {
          GetVerb.write(json, found.get(), hex);
        } else {
          json.writeNull();
        }
      }
      case ScriptOp.Range range -> {
        json.writeStringField("op", "range");
        json.writeArrayFieldStart("keyValues");
        for (KeyValue row : result.range(i)) {
          GetVerb.write(json, row, hex);
        }
        json.writeEndArray();
        json.writeBooleanField("more", result.rangeHasMore(i));
      }
      case ScriptOp.Put put -> json.writeStringField("op", "put");
      case ScriptOp.Delete delete -> {
        json.writeStringField("op", "del");
        json.writeNumberField("deleted", result.delete(i).deleted());
      }
      case ScriptOp.Incr incr -> {
        json.writeStringField("op", "incr");
        json.writeNumberField("value", result.incr(i));
      }
    }
  }
}
