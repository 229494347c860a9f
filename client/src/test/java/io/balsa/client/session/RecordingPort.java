package io.balsa.client.session;

import io.balsa.proto.v1.KeepAliveRequest;
import io.balsa.proto.v1.LeaseKeepAliveRequest;
import io.balsa.proto.v1.StreamHello;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a core asks for. */
final class RecordingPort implements SessionPort, ConnectionListener {
  final List<String> asked = new ArrayList<>();
  final List<KeepAliveRequest> keepAlives = new ArrayList<>();
  final List<LeaseKeepAliveRequest> leaseKeepAlives = new ArrayList<>();
  final List<String> told = new ArrayList<>();

  @Override
  public void openSession(long attempt, String address, long ttlMillis) {
    asked.add("open " + attempt + " " + address);
  }

  @Override
  public void openStream(long attempt, String address, StreamHello hello) {
    asked.add("stream " + attempt + " " + address + " session " + hello.getSessionId() + " cluster "
        + hello.getClusterId());
  }

  @Override
  public void abandon(long attempt) {
    asked.add("abandon " + attempt);
  }

  @Override
  public void keepAlive(String address, KeepAliveRequest request) {
    keepAlives.add(request);
  }

  @Override
  public void keepLeaseAlive(String address, LeaseKeepAliveRequest request) {
    leaseKeepAlives.add(request);
  }

  @Override
  public void distrust(String address) {
    asked.add("distrust " + address);
  }

  @Override
  public void connected(String endpoint) {
    told.add("connected " + endpoint);
  }

  @Override
  public void disconnected(String endpoint, String reason) {
    told.add("disconnected " + endpoint);
  }

  @Override
  public void sessionLost(long sessionId) {
    told.add("lost " + sessionId);
  }

  @Override
  public void sessionExpired(long sessionId, String reason) {
    told.add("expired " + sessionId + " " + reason);
  }
}
