package io.balsa.cli.child;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * The signals by which a terminal or a supervisor asks a program to end. A shutdown hook hears of them too, but cannot tell one
 * from another and cannot let the program go on; for that there is {@code sun.misc.Signal} of the module jdk.unsupported, and
 * nothing else. It is called by reflection because the compiler warns of it whatever one does.
 */
public final class Signals {
  /** SIGINT: what a terminal sends for Ctrl-C, to all processes in its foreground. */
  public static final int INT = 2;
  private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

  private Signals() {}

  /**
   * From now on SIGINT, SIGTERM and SIGHUP end this program no more; their numbers are given to the handler, on a thread of the
   * JVM. One that was ignored when the program started stays ignored, as under nohup.
   *
   * @return false: this JVM cannot do it, and the signals end the program as ever
   */
  @SuppressWarnings("ReferenceEquality") // a proxy is equal to itself alone
  public static boolean handle(IntConsumer handler) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handling = Class.forName("sun.misc.SignalHandler");
      Method number = signal.getMethod("getNumber");
      Object proxy = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[]{handling},
          (self, method, arguments) -> switch (method.getName()) {
            case "handle" -> {
              handler.accept((int) number.invoke(arguments[0]));
              yield null;
            }
            case "hashCode" -> System.identityHashCode(self);
            case "equals" -> self == arguments[0];
            default -> "Signals";
          });
      Method handle = signal.getMethod("handle", signal, handling);
      for (String name : NAMES) {
        Object ignored = handling.getField("SIG_IGN").get(null);
        Object one = signal.getConstructor(String.class).newInstance(name);
        Object before = handle.invoke(null, one, proxy);
        if (ignored.equals(before)) {
          handle.invoke(null, one, ignored);
        }
      }
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
