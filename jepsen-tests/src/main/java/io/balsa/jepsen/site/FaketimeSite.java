package io.balsa.jepsen.site;

import io.balsa.client.routing.AddressResolver;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Another site, whose nodes have wall clocks that can be set. */
public final class FaketimeSite implements TortureSite {
  private final TortureSite site;
  private final Faketime faketime;

  private FaketimeSite(TortureSite site, Faketime faketime) {
    this.site = site;
    this.faketime = faketime;
  }

  /**
   * The site with clocks, where libfaketime is installed; else the site as it is. To be asked for before the first node starts.
   *
   * @param directory for files of its own
   */
  public static TortureSite around(TortureSite site, Path directory) {
    return Faketime.in(directory).<TortureSite>map(faketime -> new FaketimeSite(site, faketime)).orElse(site);
  }

  @Override
  public Optional<WallClocks> clocks() {
    return Optional.of(faketime);
  }

  @Override
  public Map<String, String> environment(int number) {
    Map<String, String> both = new HashMap<>(faketime.environment("n" + number));
    both.putAll(site.environment(number));
    return Map.copyOf(both);
  }

  @Override
  public void close() {
    try {
      site.close();
    } finally {
      Faketime.removeLeftovers();
    }
  }

  @Override
  public String backend() {
    return site.backend();
  }

  @Override
  public Network network() {
    return site.network();
  }

  @Override
  public Optional<Disks> disks() {
    return site.disks();
  }

  @Override
  public AddressResolver clients() {
    return site.clients();
  }

  @Override
  public String address(int number) {
    return site.address(number);
  }

  @Override
  public String listen(int number) {
    return site.listen(number);
  }

  @Override
  public Path program(int number) {
    return site.program(number);
  }

  @Override
  public List<String> launcher(int number) {
    return site.launcher(number);
  }

  @Override
  public List<String> flags(int number) {
    return site.flags(number);
  }

  @Override
  public Path data(Path directory, int number) {
    return site.data(directory, number);
  }

  @Override
  public AddressResolver resolver() {
    return site.resolver();
  }
}
