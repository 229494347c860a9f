package io.balsa.server.config;

/** A setting is missing or wrong. The message is for the operator: which one, why, and what to write instead. */
public final class ConfigException extends Exception {
  public ConfigException(String message) {
    super(message);
  }
}
