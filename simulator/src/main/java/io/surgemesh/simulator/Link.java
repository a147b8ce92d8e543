package io.surgemesh.simulator;

import java.util.ArrayDeque;

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
  private final SimulatedConnection receiver;
  private final long drawSeed;
  private final ArrayDeque<Frame> frames = new ArrayDeque<>();
  private long framesSent;
  private long lastArrivalNanos;
  private int arrivalsHeld;

  /**
   * Creates a link.
   *
   * @param readyNanos when the receiver's end is ready; nothing arrives before
   */
  Link(
      SimulatedNetwork network,
      int from,
      SimulatedConnection receiver,
      long drawSeed,
      long readyNanos) {
    this.network = network;
    this.from = from;
    this.receiver = receiver;
    this.drawSeed = drawSeed;
    this.lastArrivalNanos = readyNanos;
  }

  void send(Frame frame) {
    frames.add(frame);
    scheduleArrival();
  }

  /** Lets frames go on that a partition has held; a retransmission takes the latency once more. */
  void resume() {
    int held = arrivalsHeld;
    arrivalsHeld = 0;
    for (int i = 0; i < held; i++) {
      scheduleArrival();
    }
  }

  @Override
  public VirtualLoop loop() {
    return receiver.loop();
  }

  @Override
  public void fire() {
    int to = receiver.host().index();
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

  private void scheduleArrival() {
    long latencyNanos =
        network
            .config()
            .latency()
            .oneWayNanos(from, receiver.host().index(), Mix.mix(drawSeed, framesSent++));
    lastArrivalNanos = Math.max(lastArrivalNanos, network.time().nowNanos() + latencyNanos);
    network.time().schedule(lastArrivalNanos, this);
  }
}
