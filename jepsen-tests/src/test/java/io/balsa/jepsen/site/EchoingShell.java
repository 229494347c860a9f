package io.balsa.jepsen.site;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;

/** A shell elsewhere that is connected to a socket here: it sends what it is given, and prints what it receives. */
record EchoingShell(Process shell, Socket socket) implements AutoCloseable {

  /** The shell sends a line. */
  void says(String line) throws IOException {
    shell.getOutputStream().write((line + "\n").getBytes(UTF_8));
    shell.getOutputStream().flush();
  }

  /** The shell sends so many bytes, while the caller goes on. */
  void sends(int bytes) {
    CompletableFuture.runAsync(() -> {
      try {
        shell.getOutputStream().write(new byte[bytes]);
        shell.getOutputStream().flush();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }).exceptionally(failure -> {
      shell.destroyForcibly();
      return null;
    });
  }

  /** The next line that arrives here. */
  String heard(int mostMillis) throws IOException {
    socket.setSoTimeout(mostMillis);
    StringBuilder line = new StringBuilder();
    InputStream in = socket.getInputStream();
    for (int c = in.read(); c != '\n' && c >= 0; c = in.read()) {
      line.append((char) c);
    }
    return line.toString();
  }

  /** So many bytes arrive here. */
  void hears(int bytes) throws IOException {
    socket.setSoTimeout(60_000);
    socket.getInputStream().skipNBytes(bytes);
  }

  /** The other end is sent a line. */
  void isTold(String line) throws IOException {
    socket.getOutputStream().write((line + "\n").getBytes(UTF_8));
    socket.getOutputStream().flush();
  }

  /** The next line that the shell prints. */
  String printed() throws IOException {
    return new BufferedReader(new InputStreamReader(shell.getInputStream(), UTF_8)).readLine();
  }

  @Override
  public void close() throws IOException {
    shell.descendants().forEach(ProcessHandle::destroyForcibly);
    shell.destroyForcibly();
    socket.close();
  }
}
