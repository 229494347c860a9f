package io.balsa.bench.load;

import io.balsa.bench.load.LoadClient.Answer;
import io.balsa.bench.load.LoadPlan.Operation;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Makes the operations of a load, from keys and values that are made once: to make them costs what is to be measured. */
final class Requests {
  private static final int VALUES = 64;

  private final Operation operation;
  private final LoadClient client;
  private final String[] keys;
  private final byte[][] values;

  Requests(Operation operation, int keyCount, int valueBytes, LoadClient client) {
    this.operation = operation;
    this.client = client;
    this.keys = IntStream.range(0, keyCount).mapToObj(LoadPlan::key).toArray(String[]::new);
    this.values = new byte[VALUES][valueBytes];
    SplittableRandom random = new SplittableRandom(valueBytes);
    for (byte[] value : values) {
      random.nextBytes(value);
    }
  }

  /** Asks for the next one. Any thread, each with a source of its own. */
  void issue(SplittableRandom random, Answer answer) {
    String key = keys[random.nextInt(keys.length)];
    switch (operation) {
      case PUT -> client.put(key, values[random.nextInt(values.length)], answer);
      case GET -> client.get(key, answer);
      case INCR -> client.incr(key, answer);
    }
  }
}
