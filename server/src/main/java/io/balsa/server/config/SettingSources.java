package io.balsa.server.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The raw text of each setting from flag, environment and file, in that order of rank. */
final class SettingSources {
  private final Map<Setting, String> values = new EnumMap<>(Setting.class);
  /** How the operator wrote it: "--listen", "BALSA_LISTEN" or "listen in F.yaml". */
  private final Map<Setting, String> origins = new EnumMap<>(Setting.class);

  private SettingSources() {
  }

  static SettingSources read(Map<Setting, String> flags, Map<String, String> environment) throws ConfigException {
    SettingSources sources = new SettingSources();
    for (Setting setting : Setting.values()) {
      String flag = flags.get(setting);
      String variable = environment.get(setting.environmentVariable());
      if (flag != null) {
        sources.put(setting, flag, setting.flag());
      } else if (variable != null && !variable.isBlank()) {
        sources.put(setting, variable, setting.environmentVariable());
      }
    }
    String file = sources.values.get(Setting.CONFIG);
    if (file != null) {
      sources.readFile(Path.of(file));
    }
    return sources;
  }

  @Nullable
  String value(Setting setting) {
    return values.get(setting);
  }

  /** How to name the setting in a message: as the operator wrote it, or as a flag. */
  String origin(Setting setting) {
    return origins.getOrDefault(setting, setting.flag());
  }

  private void put(Setting setting, String value, String origin) {
    values.put(setting, value.strip());
    origins.put(setting, origin);
  }

  private void readFile(Path file) throws ConfigException {
    JsonNode root;
    try {
      YAMLMapper yaml = YAMLMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
      root = yaml.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new ConfigException(file + " is not YAML that can be read: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new ConfigException(file + " cannot be read: " + e + "; give --config a file that exists");
    }
    if (root == null || root.isMissingNode() || root.isNull()) {
      return;
    }
    if (!root.isObject()) {
      throw new ConfigException(file + " must hold one setting a line, such as \"listen: 10.0.0.1:7101\"");
    }
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      Setting setting = settingOf(field.getKey(), file);
      String origin = setting.key() + " in " + file;
      if (!values.containsKey(setting)) {
        put(setting, text(field.getValue(), origin), origin);
      }
    }
  }

  private static Setting settingOf(String key, Path file) throws ConfigException {
    for (Setting setting : Setting.values()) {
      if (setting.key().equals(key) && setting != Setting.CONFIG) {
        return setting;
      }
    }
    String known = Arrays.stream(Setting.values()).filter(s -> s != Setting.CONFIG).map(Setting::key)
        .collect(Collectors.joining(", "));
    throw new ConfigException(file + ": unknown setting \"" + key + "\"; the settings are " + known);
  }

  /** A scalar as it is, a list as "a,b", a map as "k=v,k=v". */
  private static String text(JsonNode node, String origin) throws ConfigException {
    List<String> parts = new ArrayList<>();
    if (node.isValueNode()) {
      return node.isNull() ? "" : node.asText();
    } else if (node.isArray()) {
      for (JsonNode element : node) {
        parts.add(scalar(element, origin));
      }
    } else {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        parts.add(field.getKey() + "=" + scalar(field.getValue(), origin));
      }
    }
    return String.join(",", parts);
  }

  private static String scalar(JsonNode node, String origin) throws ConfigException {
    if (!node.isValueNode() || node.isNull()) {
      throw new ConfigException(origin + ": must be text, a list of texts, or a map from node to address");
    }
    return node.asText();
  }
}
