package io.balsa.jepsen.existing;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.balsa.jepsen.nemesis.Nemesis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a user allows to be done to their cluster: a YAML file of commands.
 *
 * <pre>
 * faults:
 *   kill-leader:
 *     family: kill
 *     victims: leader
 *     install: ssh root@$NODE_HOST systemctl kill --signal=KILL balsa
 *     check: test "$(ssh root@$NODE_HOST systemctl is-active balsa)" != active
 *     undo: ssh root@$NODE_HOST systemctl start balsa
 *     hold-seconds: [2, 10]
 * logs: ssh root@$NODE_HOST journalctl -u balsa --since @$RUN_BEGAN
 * </pre>
 *
 * <p>Each command is a line of {@code sh}, run once for each victim, with {@code NODE_ID}, {@code NODE_HOST}, {@code NODE_PORT}, and
 * {@code OTHER_HOSTS}: the hosts of the nodes that are no victims, separated by blanks. Immutable.
 */
public final class AllowedFaults {
  private static final List<Integer> HOLD_SECONDS = List.of(1, 60);

  /** Who is hit. */
  enum Choice {
    LEADER, FOLLOWER, ONE, MINORITY, MAJORITY, ALL
  }

  /**
   * One fault.
   *
   * @param family for a name; null: the name itself
   * @param victims null: any one
   * @param install ends with 0: done; with {@value CommandFault#CANNOT}: it cannot be done here
   * @param check ends with 0: it is there; null: whoever installed it knows
   * @param undo ends with 0: all is as before
   * @param holdSeconds at least and at most; null: what the run chooses
   */
  record Allowed(@Nullable String family, @Nullable Choice victims, @JsonProperty(required = true) String install,
      @Nullable String check, @JsonProperty(required = true) String undo,
      @Nullable List<Integer> holdSeconds) {}

  private record Contents(@Nullable Map<String, Allowed> faults, @Nullable String logs) {}

  private final List<Nemesis> nemeses;
  private final @Nullable String logs;

  private AllowedFaults(List<Nemesis> nemeses, @Nullable String logs) {
    this.nemeses = List.copyOf(nemeses);
    this.logs = logs;
  }

  /** Nothing is allowed. */
  public static AllowedFaults none() {
    return new AllowedFaults(List.of(), null);
  }

  /**
   * What this file allows.
   *
   * @throws IllegalArgumentException it is not there, or does not say it as above; the message says what is wrong
   */
  public static AllowedFaults read(Path file) {
    YAMLMapper yaml = YAMLMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
        .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE).build();
    try {
      String text = Files.readString(file);
      if (text.isBlank()) {
        throw new IllegalArgumentException(file + " is empty");
      }
      Contents contents = yaml.readValue(text, Contents.class);
      Map<String, Allowed> faults = Optional.ofNullable(contents.faults).orElseGet(LinkedHashMap::new);
      return new AllowedFaults(
          faults.entrySet().stream().map(fault -> nemesis(file, fault.getKey(), fault.getValue())).toList(),
          contents.logs);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("there is no " + file, e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          file + ", line " + Optional.ofNullable(e.getLocation()).map(at -> at.getLineNr()).orElse(0) + ": "
              + e.getOriginalMessage(),
          e);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " cannot be read: " + e, e);
    }
  }

  private static Nemesis nemesis(Path file, String name, @Nullable Allowed fault) {
    if (fault == null || fault.install().isBlank() || fault.undo().isBlank()) {
      throw new IllegalArgumentException(file + ": " + name + " needs a command \"install\" and a command \"undo\"");
    }
    List<Integer> hold = Optional.ofNullable(fault.holdSeconds()).orElse(HOLD_SECONDS);
    if (hold.size() != 2 || hold.get(0) < 0 || hold.get(1) < hold.get(0)) {
      throw new IllegalArgumentException(
          file + ": " + name + ": \"hold-seconds\" is two numbers, at least and at most, such as [2, 10]");
    }
    return new CommandFault(name, fault, hold.get(0), hold.get(1));
  }

  /** All of them. */
  public List<Nemesis> nemeses() {
    return nemeses;
  }

  /**
   * Fetches what the nodes say, by the command that the file has for it; without one there is nothing.
   *
   * @param directory gets a file a node
   */
  public LogCollection logs(Path directory) {
    return new LogCollection(logs, directory);
  }
}
