package io.balsa.cli.demo;

import io.balsa.client.BalsaClient;
import io.balsa.client.error.BalsaException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Clients that increment shared counters, each one after the other, as fast as they are answered. Every increment ends in one
 * of three ways, and all three are counted: acknowledged, certainly not done, or with an outcome that is not known.
 */
final class CounterLoad {
  private final String endpoints;
  private final List<String> counters;
  private final AtomicLongArray acknowledged;
  private final AtomicLongArray unknown;
  private final AtomicLongArray failed;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopping;
  private volatile String lastFailure = "";

  CounterLoad(String endpoints, int clients, List<String> counters) {
    this.endpoints = endpoints;
    this.counters = counters;
    this.acknowledged = new AtomicLongArray(counters.size());
    this.unknown = new AtomicLongArray(counters.size());
    this.failed = new AtomicLongArray(counters.size());
    for (int client = 0; client < clients; client++) {
      int first = client;
      Thread thread = new Thread(() -> count(first), "balsa-demo-client-" + client);
      thread.setDaemon(true);
      threads.add(thread);
    }
  }

  void start() {
    threads.forEach(Thread::start);
  }

  private void count(int first) {
    try (BalsaClient client = BalsaClient.connect(endpoints)) {
      for (int turn = first; !stopping; turn++) {
        int counter = turn % counters.size();
        try {
          client.counter(counters.get(counter)).increment();
          acknowledged.incrementAndGet(counter);
        } catch (BalsaException e) {
          (e.mayHaveBeenApplied() ? unknown : failed).incrementAndGet(counter);
          lastFailure = String.valueOf(e.getMessage());
        }
      }
    }
  }

  /** Ends when every client has its last answer. */
  void stop() throws InterruptedException {
    stopping = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  long acknowledged(int counter) {
    return acknowledged.get(counter);
  }

  long unknown(int counter) {
    return unknown.get(counter);
  }

  long failed() {
    return sum(failed);
  }

  /** All that were acknowledged. */
  long acknowledged() {
    return sum(acknowledged);
  }

  /** Why an increment failed last; empty: none did. */
  String lastFailure() {
    return lastFailure;
  }

  private static long sum(AtomicLongArray counts) {
    long sum = 0;
    for (int i = 0; i < counts.length(); i++) {
      sum += counts.get(i);
    }
    return sum;
  }
}
