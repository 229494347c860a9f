package io.balsa.client;

/** The SDK example of the README, word for word: it compiles, and {@link BalsaClientTest} runs it. */
final class ReadmeExample {
  private ReadmeExample() {}

  static long run(String endpoints) {
    // README: from here ...
    try (BalsaClient client = BalsaClient.connect(endpoints)) {
      client.kv().put("greeting", "hello"); // sync; every call has an ...Async twin -> CompletableFuture
      String v = client.kv().get("greeting").orElseThrow().utf8();

      long n = client.counter("page-views").increment(); // exact, through any failover
      // ... to here
      return v.equals("hello") ? n : -1;
    }
  }
}
