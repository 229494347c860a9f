package io.balsa.jepsen.raw;

import io.balsa.junit.cluster.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a server's heap holds after a collection: what is kept, not what was used. */
public final class LiveHeap {
  private static final Pattern USED = Pattern.compile("heap +total (?:reserved )?[0-9]+K.*?used ([0-9]+)K");

  private LiveHeap() {}

  public static long bytes(ServerProcess node) {
    ask(node, "GC.run");
    String said = ask(node, "GC.heap_info");
    Matcher used = USED.matcher(said);
    if (!used.find()) {
      throw new IllegalStateException("jcmd does not tell of a heap: " + said);
    }
    return Long.parseLong(used.group(1)) << 10;
  }

  private static String ask(ServerProcess node, String what) {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    try {
      Process process = new ProcessBuilder(jcmd, Long.toString(node.pid()), what).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      if (status != 0) {
        throw new IllegalStateException("jcmd " + what + " ended with " + status + ": " + said);
      }
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
