package io.surgemesh.simulator;

import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection: frames arrive once, in order, after the latency.
 *
 * <p>The frames on their way are bounded by the windows and the number of streams. The link itself
 * is the event of every arrival: whichever comes first delivers the frame at the head, so order
 * holds even when a partition or a clog delays some arrivals and not others.
 */
final class Link extends Event {
  private final SimulatedNetwork network;
  private final int from;
  private final int to;
  private final ConnectionEnd sender;
  private final ConnectionEnd receiver;
  private final long drawSeed;
  private @Nullable Frame first;
  private @Nullable Frame last;
  private int framesSent;
  private long lastArrivalNanos;
  private int arrivalsHeld;
  // Null until loss concerns a frame.
  private @Nullable LossyPath lossy;
  // Null until a frame waits for the receiver's line.
  private @Nullable DownlinkQueue downlink;

  /**
   * Creates a link.
   *
   * @param readyNanos when the receiver's end is ready; nothing arrives before
   */
  Link(
      SimulatedNetwork network,
      ConnectionEnd sender,
      ConnectionEnd receiver,
      long drawSeed,
      long readyNanos) {
    super(receiver.loop());
    this.network = network;
    this.from = sender.host().index();
    this.to = receiver.host().index();
    this.sender = sender;
    this.receiver = receiver;
    this.drawSeed = drawSeed;
    this.lastArrivalNanos = readyNanos;
  }

  void send(Frame frame) {
    long nowNanos = network.time().nowNanos();
    long sentNanos = nowNanos;
    if (network.access().isLimited()) {
      sentNanos = network.access().upNanos(from, bytes(frame), nowNanos);
    }
    if (lossy != null || network.losses().permille(from, to) > 0) {
      sentNanos = sendOverLoss(frame, nowNanos, sentNanos);
      if (sentNanos == Retransmission.GIVEN_UP) {
        return;
      }
    }
    if (last == null) {
      first = frame;
    } else {
      last.next = frame;
    }
    last = frame;
    scheduleArrival(sentNanos);
  }

  /** Lets frames go on that a partition has held; a retransmission takes the latency once more. */
  void resume() {
    long nowNanos = network.time().nowNanos();
    int held = arrivalsHeld;
    arrivalsHeld = 0;
    for (int i = 0; i < held; i++) {
      scheduleArrival(nowNanos);
    }
  }

  @Override
  void fire() {
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
    Frame frame = remove();
    if (network.access().isLimited()) {
      passDownlink(frame, nowNanos);
    } else {
      deliver(frame);
    }
  }

  void deliver(Frame frame) {
    if (receiver.isOpen()) {
      network.trace().record(network.time().nowNanos(), from, to, frame.kind(), frame.length());
      network.trace().carried(bytes(frame));
      receiver.receive(frame);
    }
  }

  private Frame remove() {
    Frame frame = first;
    if (frame == null) {
      throw new AssertionError("an arrival without a frame");
    }
    first = frame.next;
    if (first == null) {
      last = null;
    }
    frame.next = null;
    return frame;
  }

  private void passDownlink(Frame frame, long nowNanos) {
    long throughNanos = network.access().downNanos(to, bytes(frame), nowNanos);
    if (throughNanos == nowNanos && (downlink == null || downlink.isEmpty())) {
      deliver(frame);
      return;
    }
    if (downlink == null) {
      downlink = new DownlinkQueue(network.time(), this);
    }
    downlink.add(frame, throughNanos);
  }

  /**
   * Returns when a frame has been sent for the last time of those that loss makes necessary; when
   * it never arrives, the connection breaks.
   *
   * @param lineNanos when the sender's line has carried it once
   */
  private long sendOverLoss(Frame frame, long nowNanos, long lineNanos) {
    if (lossy == null) {
      lossy = new LossyPath(network, from, to, Mix.mix(~drawSeed));
    }
    if (lossy.isBroken()) {
      return Retransmission.GIVEN_UP;
    }
    long sentNanos = Math.max(lineNanos, nowNanos + lossy.paceNanos(bytes(frame)));
    long resendNanos = lossy.resendNanos(bytes(frame));
    if (resendNanos == Retransmission.GIVEN_UP) {
      long progressNanos = Math.max(lastArrivalNanos, sentNanos);
      breakAt(progressNanos + network.config().timeouts().silence().toNanos());
      return Retransmission.GIVEN_UP;
    }
    return sentNanos + resendNanos;
  }

  private void breakAt(long atNanos) {
    network.at(
        atNanos,
        () -> {
          sender.loop().execute(sender::onGone);
          receiver.loop().execute(receiver::onGone);
        });
  }

  private void scheduleArrival(long sentNanos) {
    long latencyNanos =
        network.config().latency().oneWayNanos(from, to, Mix.mix(drawSeed, framesSent++));
    lastArrivalNanos = Math.max(lastArrivalNanos, sentNanos + latencyNanos);
    network.time().schedule(lastArrivalNanos, this);
  }

  private static int bytes(Frame frame) {
    // The length of credit, and of room made, is that of what it is for.
    boolean empty = frame.kind() == TraceKind.CREDIT || frame.kind() == TraceKind.TAKEN;
    return empty ? 0 : frame.length();
  }
}
