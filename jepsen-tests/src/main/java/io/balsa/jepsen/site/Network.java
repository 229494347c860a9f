package io.balsa.jepsen.site;

/** The network between the nodes of a run, and between them and the clients. One thread. */
public interface Network {
  /** Whether this kind of trouble can be made here. */
  boolean can(Class<? extends Trouble> kind);

  /**
   * Makes it, besides what is there already on other links; on this link in its stead.
   *
   * @throws IllegalStateException it could not be made, or it cannot be told whether it was
   */
  void make(Link link, Trouble trouble);

  /** Ends all trouble of all links. */
  void heal();
}
