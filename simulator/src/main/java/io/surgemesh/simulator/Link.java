package io.surgemesh.simulator;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection: frames arrive once, in order, after the latency.
 *
 * <p>The frames on their way are bounded by the windows and the number of streams. The link itself
 * is the event of every arrival: whichever comes first delivers the frame at the head, so order
 * holds even when a partition or a clog delays some arrivals and not others.
 */
final class Link implements Event {
  private final SimulatedNetwork network;
  private final int from;
  private final SimulatedConnection sender;
  private final SimulatedConnection receiver;
  private final long drawSeed;
  private final ArrayDeque<Frame> frames = new ArrayDeque<>();
  private long framesSent;
  private long lastArrivalNanos;
  private int arrivalsHeld;
  // Null until loss concerns a frame.
  private @Nullable LossyPath lossy;

  /**
   * Creates a link.
   *
   * @param readyNanos when the receiver's end is ready; nothing arrives before
   */
  Link(
      SimulatedNetwork network,
      SimulatedConnection sender,
      SimulatedConnection receiver,
      long drawSeed,
      long readyNanos) {
    this.network = network;
    this.from = sender.host().index();
    this.sender = sender;
    this.receiver = receiver;
    this.drawSeed = drawSeed;
    this.lastArrivalNanos = readyNanos;
  }

  void send(Frame frame) {
    long lateNanos = 0;
    if (lossy != null || network.losses().permille(from, to()) > 0) {
      lateNanos = lossNanos(frame);
      if (lateNanos == Retransmission.GIVEN_UP) {
        return;
      }
    }
    frames.add(frame);
    scheduleArrival(lateNanos);
  }

  /** Lets frames go on that a partition has held; a retransmission takes the latency once more. */
  void resume() {
    int held = arrivalsHeld;
    arrivalsHeld = 0;
    for (int i = 0; i < held; i++) {
      scheduleArrival(0);
    }
  }

  @Override
  public VirtualLoop loop() {
    return receiver.loop();
  }

  @Override
  public void fire() {
    int to = to();
    if (network.cuts().isCut(from, to)) {
      if (arrivalsHeld++ == 0) {
        network.cuts().hold(from, to, this);
      }
      return;
    }
    long nowNanos = network.time().nowNanos();
    long clearNanos = network.clogs().clearNanos(from, to, nowNanos);
    if (clearNanos > nowNanos) {
      network.time().schedule(clearNanos, this);
      return;
    }
    Frame frame = frames.remove();
    if (receiver.isOpen()) {
      network.trace().record(nowNanos, from, to, frame.kind(), frame.length());
      receiver.receive(frame);
    }
  }

  /** Returns how late loss makes a frame; when it never arrives, the connection breaks. */
  private long lossNanos(Frame frame) {
    if (lossy == null) {
      lossy = new LossyPath(network, from, to(), Mix.mix(~drawSeed));
    }
    if (lossy.isBroken()) {
      return Retransmission.GIVEN_UP;
    }
    // The length of credit is that of what it is for.
    int bytes = frame.kind() == TraceKind.CREDIT ? 0 : frame.length();
    long paceNanos = lossy.paceNanos(bytes);
    long resendNanos = lossy.resendNanos(bytes);
    if (resendNanos == Retransmission.GIVEN_UP) {
      long sentNanos = Math.max(lastArrivalNanos, network.time().nowNanos() + paceNanos);
      breakAt(sentNanos + network.config().partitionTimeout().toNanos());
      return Retransmission.GIVEN_UP;
    }
    return paceNanos + resendNanos;
  }

  private void breakAt(long atNanos) {
    sender.loop().arm(atNanos, sender::onGone);
    receiver.loop().arm(atNanos, receiver::onGone);
  }

  private void scheduleArrival(long lateNanos) {
    long latencyNanos =
        network.config().latency().oneWayNanos(from, to(), Mix.mix(drawSeed, framesSent++));
    long arrivalNanos = network.time().nowNanos() + lateNanos + latencyNanos;
    lastArrivalNanos = Math.max(lastArrivalNanos, arrivalNanos);
    network.time().schedule(lastArrivalNanos, this);
  }

  private int to() {
    return receiver.host().index();
  }
}
