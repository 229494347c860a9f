package io.balsa.server.sim;

/** What befalls clients and their connections. Each is counted; one that never happens fails the whole run. */
enum ClientFault {
  /** A client stands still; its wall clock jumps; it ends without a word and another takes its place. */
  CLIENT_PAUSED, CLIENT_CLOCK_JUMPED, CLIENT_KILLED,
  /** A connection is reset, and both ends know; or only the client, or only the server learns of it. */
  CONNECTION_RESET, CONNECTION_LOST_AT_CLIENT, CONNECTION_LOST_AT_SERVER,
  /** Bytes between a client and a node stand still for a while, then go on: both ways, or one. Also between it and all nodes. */
  LINK_STALLED, LINK_STALLED_TO_SERVER, LINK_STALLED_TO_CLIENT, CLIENT_CUT_OFF,
  /** Something on the way ends the client's direction of its calls, as if it had said all that it has to say. */
  HALF_CLOSED,
  /** What happened by itself: a connection was refused, hung, or its node went with a reset, or silently. */
  CONNECTION_REFUSED, CONNECTION_HUNG, NODE_GONE, NODE_GONE_SILENTLY,
  /** A caller does not wait any longer for its call. */
  CALLER_GAVE_UP,
  /** Flow control: an end found no room to send. */
  CLIENT_HELD_UP, SERVER_HELD_UP
}
