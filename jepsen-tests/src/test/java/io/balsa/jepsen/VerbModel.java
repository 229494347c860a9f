package io.balsa.jepsen;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What verbs the program has, with their options: as it says itself in the script that it prints for shells, which is made
 * from the very model by which words are read. Verbs below a verb are named with it: {@code lease grant}.
 */
final class VerbModel {
  /** Of the library that reads the words; not one of ours. */
  private static final String HELP = "help";
  private static final Pattern WORDS = Pattern.compile("(?m)^ +local cmds([0-9]+)=\\((.+)\\)$");
  private static final Pattern OPTION = Pattern.compile("'(--?[a-zA-Z-]+)'");

  private final Map<String, Set<String>> options = new TreeMap<>();
  private final Set<String> groups = new TreeSet<>();

  private VerbModel() {}

  static VerbModel of(String script) {
    VerbModel model = new VerbModel();
    Matcher words = WORDS.matcher(script);
    while (words.find()) {
      String verb = words.group(2);
      String function = find(script, "cmds" + words.group(1) + "\\[@\\]\\}\"; then (\\w+);");
      String body = find(script, "(?s)\nfunction " + function + "\\(\\) \\{(.*?)\n\\}");
      if (!verb.equals(HELP)) {
        boolean isGroup = !find(body, "local commands=\"(.*)\"").isEmpty();
        if (isGroup) {
          model.groups.add(verb);
        } else {
          model.options.put(verb, new TreeSet<>(OPTION.matcher(body).results().map(found -> found.group(1)).toList()));
        }
      }
    }
    return model;
  }

  private static String find(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    if (!matcher.find()) {
      throw new AssertionError("'" + pattern + "' is not in the completion script:\n" + text);
    }
    return matcher.group(1);
  }

  /** All that do something themselves. */
  Collection<String> verbs() {
    return options.keySet();
  }

  /** Those that have others below them. */
  Collection<String> groups() {
    return groups;
  }

  boolean takes(String verb, String option) {
    return options.getOrDefault(verb, Set.of()).contains(option);
  }

  /** The verb, or the group, that these words name; empty: none. */
  String verb(List<String> words) {
    List<String> found = new ArrayList<>(IntStream.rangeClosed(1, Math.min(2, words.size()))
        .mapToObj(count -> String.join(" ", words.subList(0, count)))
        .filter(name -> options.containsKey(name) || groups.contains(name)).toList());
    return found.isEmpty() ? "" : found.getLast();
  }
}
