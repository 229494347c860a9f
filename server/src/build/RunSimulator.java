import java.util.ArrayList;
import java.util.List;

/**
 * What target/simulate.args starts, as a source file, under whichever JDK is on the PATH: the simulator itself under the JDK that the
 * build found, for its classes need 21 or newer. Arguments: that java, its flags, the class path; then those of the simulator.
 */
final class RunSimulator {
  private static final String MAIN = "io.balsa.server.sim.Simulate";

  public static void main(String[] args) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(args[0]);
    command.addAll(List.of(args[1].split(" ")));
    command.addAll(List.of("-cp", args[2], MAIN));
    command.addAll(List.of(args).subList(3, args.length));
    Process simulator = new ProcessBuilder(command).inheritIO().start();
    Runtime.getRuntime().addShutdownHook(new Thread(simulator::destroy));
    System.exit(simulator.waitFor());
  }
}
