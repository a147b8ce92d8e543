package io.surgemesh.job;

import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Loop;
import io.surgemesh.machine.OrderedMap;
import io.surgemesh.market.Load;
import io.surgemesh.market.Resources;
import io.surgemesh.market.SignedOffer;
import io.surgemesh.multiformats.Bytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Sells: negotiates with requestors, takes inputs, runs handlers, delivers outputs, claims
 * receipts.
 *
 * <p>Call it on the host's mesh loop, except {@link #close}. Nothing it has is sold twice; what a
 * handler uses comes back when the handler has returned, also when the job was cancelled before.
 */
public final class JobProvider {
  private static final int AGREEMENTS_REMEMBERED_MAX = 16_384;

  private final JobEnvironment environment;
  private final JobConfig config;
  private final Executor userExecutor;
  private final SpoolStore spools;
  private final Loop loop;
  private final Capacity capacity;
  private final ProviderDesk desk;
  private final CpuClock cpuClock;
  private final ProtocolId controlProtocol;
  private final ProtocolId dataProtocol;
  private final Map<String, JobHandler> handlers = new OrderedMap<>();
  private final Set<ProviderJob> jobs = new LinkedHashSet<>();
  private final Set<ProviderJob> negotiating = new LinkedHashSet<>();
  private final Map<PeerId, Integer> negotiatingByPeer = new TreeMap<>();
  private final Map<Bytes, ProviderJob> agreements = new OrderedMap<>();
  private final Set<Bytes> agreementsSeen = new LinkedHashSet<>();
  private @Nullable Runnable whenIdle;
  private boolean serving;
  private boolean closed;

  /**
   * Creates a provider that serves nothing yet.
   *
   * @param userExecutor runs handlers; in a simulation the node's loop
   * @param spools where inputs and outputs wait
   */
  public JobProvider(
      JobEnvironment environment,
      JobConfig config,
      Admission admission,
      Executor userExecutor,
      SpoolStore spools) {
    this.environment = environment;
    this.config = config;
    this.userExecutor = userExecutor;
    this.spools = spools;
    this.loop = environment.host().loop();
    this.capacity = new Capacity(config.provider().spoolBytesMax());
    this.desk = new ProviderDesk(config.provider(), admission, capacity);
    this.cpuClock = new CpuClock(config.provider().measuresCpu());
    this.controlProtocol = JobProtocols.control(environment.meshName());
    this.dataProtocol = JobProtocols.data(environment.meshName());
    environment.host().addGuard(this::isRequestor);
  }

  // Asked of each connection whenever a host has too many, and nearly always there is no job.
  private boolean isRequestor(PeerId peer) {
    for (ProviderJob job : jobs) {
      if (job.requestor().equals(peer)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Serves handlers with resources; a second call replaces both, jobs that run go on.
   *
   * @param byRuntime runtime name, such as {@code java:wordcount}, to the code that serves it
   * @param resources for all jobs together
   */
  public void serve(Map<String, JobHandler> byRuntime, Resources resources) {
    handlers.clear();
    handlers.putAll(byRuntime);
    desk.serve(handlers.keySet());
    capacity.resize(resources.cpuMillicores(), resources.memoryBytes());
    if (!serving && !closed) {
      serving = true;
      environment.host().handle(controlProtocol, this::acceptControl);
      environment.host().handle(dataProtocol, this::acceptData);
    }
  }

  /**
   * Replaces the versions of this peer's offers that are honoured, until each expires.
   *
   * @param current at most {@value ProviderDesk#OFFERS_MAX}; further ones are not honoured
   */
  public void setOffers(List<SignedOffer> current) {
    desk.setOffers(current);
  }

  /** Returns how much of the resources is promised to running jobs. */
  public Load load() {
    return new Load(capacity.cpuBusyPermille(), capacity.memoryBusyPermille(), 0, Duration.ZERO);
  }

  /** Takes no new jobs from now on, and runs {@code idle} once the running ones are settled. */
  public void drain(Runnable idle) {
    desk.drain();
    whenIdle = idle;
    tellIdle();
  }

  /** Cancels every job and takes no more; from any thread, returns at once. */
  public void close() {
    loop.execute(
        () -> {
          closed = true;
          desk.drain();
          environment.host().unhandle(controlProtocol);
          environment.host().unhandle(dataProtocol);
          new ArrayList<>(jobs).forEach(ProviderJob::close);
        });
  }

  private StreamListener acceptControl(Stream stream) {
    PeerId requestor = stream.connection().remotePeer();
    ProviderNegotiation machine =
        new ProviderNegotiation(
            config, environment.meshName(), environment.host().peerId(), requestor, capacity);
    ProviderJob job = new ProviderJob(this, environment, requestor, machine);
    StreamListener channel = job.channel().bind(stream);
    loop.execute(() -> admit(job));
    return channel;
  }

  private void admit(ProviderJob job) {
    PeerId peer = job.requestor();
    int ofPeer = negotiatingByPeer.getOrDefault(peer, 0);
    ProviderLimits limits = config.provider();
    if (closed) {
      job.turnAway(Refusal.of(Constraint.DRAINING));
    } else if (ofPeer >= limits.peerNegotiationsMax()
        || negotiating.size() >= limits.negotiationsMax()) {
      job.turnAway(Refusal.of(Constraint.TOO_MANY).retryAfter(ProviderDesk.RETRY_AFTER_MILLIS));
    } else {
      jobs.add(job);
      negotiating.add(job);
      negotiatingByPeer.put(peer, ofPeer + 1);
      job.start();
    }
  }

  private StreamListener acceptData(Stream stream) {
    return new InboundData(
        stream, (head, inbound) -> loop.execute(() -> onData(stream, head, inbound)));
  }

  private void onData(Stream stream, DataHead head, InboundData inbound) {
    ProviderJob job = agreements.get(head.agreementId());
    if (job == null || !job.requestor().equals(stream.connection().remotePeer())) {
      inbound.reject();
    } else {
      job.onData(head, inbound);
    }
  }

  Assessment assess(PeerId requestor, Control.Ask ask) {
    return desk.assess(requestor, ask, environment.wallClock().instant());
  }

  /** Returns whether this agreement is new here; it is remembered for long after its end. */
  boolean register(Bytes agreementId, ProviderJob job) {
    if (!agreementsSeen.add(agreementId)) {
      return false;
    }
    if (agreementsSeen.size() > AGREEMENTS_REMEMBERED_MAX) {
      agreementsSeen.remove(agreementsSeen.iterator().next());
    }
    agreements.put(agreementId, job);
    return true;
  }

  /** The job's negotiation ended in a Commit. */
  void onBound(ProviderJob job) {
    if (negotiating.remove(job)) {
      negotiatingByPeer.computeIfPresent(
          job.requestor(), (peer, count) -> count == 1 ? null : count - 1);
    }
  }

  /** The job is over, its handler has returned. */
  void onDone(ProviderJob job) {
    onBound(job);
    if (jobs.remove(job)) {
      Bytes agreementId = job.agreementId();
      if (agreementId != null) {
        agreements.remove(agreementId);
      }
      tellIdle();
    }
  }

  private void tellIdle() {
    Runnable idle = whenIdle;
    if (idle != null && jobs.isEmpty()) {
      whenIdle = null;
      idle.run();
    }
  }

  @Nullable JobHandler handler(String runtime) {
    return handlers.get(runtime);
  }

  SpoolStore spools() {
    return spools;
  }

  Executor userExecutor() {
    return userExecutor;
  }

  CpuClock cpuClock() {
    return cpuClock;
  }

  /** Returns what is promised, for tests. */
  Capacity capacity() {
    return capacity;
  }
}
