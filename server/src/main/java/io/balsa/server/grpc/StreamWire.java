package io.balsa.server.grpc;

import io.balsa.proto.v1.ServerFrame;

/** The two directions of a session stream, as its logic sees them. Used on the stream's loop only. */
interface StreamWire {
  /** Whether a frame sent now would go out soon; when it becomes so again, the stream is told. */
  boolean isReady();

  void send(ServerFrame frame);

  /** Asks for one more frame of the client; without it nothing is read, and the client's own flow control stops it. */
  void readOne();

  /** After the last frame. */
  void complete();
}
