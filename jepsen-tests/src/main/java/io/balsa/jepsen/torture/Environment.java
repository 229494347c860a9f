package io.balsa.jepsen.torture;

import java.util.LinkedHashMap;
import java.util.Map;

/** Facts of the machine that a run ran on, for the reader of its report. */
final class Environment {
  private Environment() {}

  static Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
        + System.getProperty("os.arch"));
    facts.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
    facts.put("JVM of the clients", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    facts.put("user", System.getProperty("user.name"));
    return facts;
  }
}
