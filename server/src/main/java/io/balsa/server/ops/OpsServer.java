package io.balsa.server.ops;

import com.codahale.metrics.MetricRegistry;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.balsa.server.config.HostPort;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.dropwizard.DropwizardExports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/**
 * {@code /health}: 200 while the process works. {@code /ready}: 200 when it serves, else 503 and why not. {@code /metrics}:
 * the Prometheus text format.
 */
public final class OpsServer implements AutoCloseable {
  private static final String TEXT = "text/plain; charset=utf-8";

  private final HttpServer server;
  private final ExecutorService executor;
  private final Readiness readiness;
  private final DropwizardExports exports;
  private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

  private OpsServer(HttpServer server, ExecutorService executor, MetricRegistry metrics, Readiness readiness) {
    this.server = server;
    this.executor = executor;
    this.readiness = readiness;
    this.exports = new DropwizardExports(metrics);
  }

  /** @throws IOException if it cannot listen there */
  public static OpsServer start(HostPort listen, MetricRegistry metrics, Readiness readiness, ThreadFactory threads)
      throws IOException {
    HttpServer server = HttpServer.create(listen.resolve(), 0);
    ExecutorService executor = Executors.newSingleThreadExecutor(threads);
    OpsServer ops = new OpsServer(server, executor, metrics, readiness);
    server.createContext("/health", exchange -> answer(exchange, 200, TEXT, "ok\n".getBytes(StandardCharsets.UTF_8)));
    server.createContext("/ready", ops::ready);
    server.createContext("/metrics", ops::metrics);
    server.createContext("/", exchange -> answer(exchange, 404, TEXT,
        "ask for /health, /ready or /metrics\n".getBytes(StandardCharsets.UTF_8)));
    server.setExecutor(executor);
    server.start();
    return ops;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  private void ready(HttpExchange exchange) throws IOException {
    List<String> reasons = readiness.notReadyBecause();
    String text = reasons.isEmpty() ? "ready\n" : "not ready\n" + String.join("\n", reasons) + "\n";
    answer(exchange, reasons.isEmpty() ? 200 : 503, TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  private void metrics(HttpExchange exchange) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    writer.write(text, exports.collect(), EscapingScheme.UNDERSCORE_ESCAPING);
    answer(exchange, 200, PrometheusTextFormatWriter.CONTENT_TYPE, text.toByteArray());
  }

  private static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(status, body.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdown();
  }
}
