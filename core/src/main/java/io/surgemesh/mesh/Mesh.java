package io.surgemesh.mesh;

import io.surgemesh.host.Host;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.PeerId;
import io.surgemesh.job.JobEnvironment;
import io.surgemesh.job.JobListener;
import io.surgemesh.job.JobProvider;
import io.surgemesh.job.JobRequestor;
import io.surgemesh.job.JobResult;
import io.surgemesh.job.JobSpec;
import io.surgemesh.ledger.Ledger;
import io.surgemesh.machine.Loop;
import io.surgemesh.machine.Timer;
import io.surgemesh.market.MeshName;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.netty.NettyHost;
import io.surgemesh.netty.NettyHostConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * This application as a peer of a compute mesh: it finds others, sells and buys work, keeps
 * receipts.
 *
 * <p>Every method may be called from any thread and returns at once, except {@link #close}. Futures
 * complete with {@link MeshException} when the world is against them; do not block in their
 * callbacks.
 */
public final class Mesh implements AutoCloseable {
  /** The identity in the data directory. */
  public static final String KEY_FILE = "peer.key";

  /** Where inputs and outputs wait, in the data directory; old ones are deleted at start. */
  public static final String SPOOL_DIRECTORY = "spool";

  /** The peers met lately, in the data directory; a cache that may be deleted. */
  public static final String PEERS_FILE = "peers.db";

  private final MeshContext context;
  private final PeerRouting routing;
  private final OfferBoard offers;
  private final JobProvider provider;
  private final JobRequestor requestor;
  private final StandingOffer standingOffer;
  private final Opened opened;
  private final AtomicBoolean closed = new AtomicBoolean();

  Mesh(MeshParts parts, MeshSettings settings, Ledger ledger, Opened opened) {
    this.context = parts.context();
    this.opened = opened;
    routing = opened.add(settings.routing().start(context));
    offers = opened.add(settings.offers().start(context, routing));
    JobEnvironment environment =
        new JobEnvironment(
            context.host(),
            context.meshName(),
            context.keyPair(),
            context.signatures(),
            context.wallClock(),
            context.random(),
            ledger);
    provider =
        new JobProvider(
            environment,
            settings.jobs(),
            settings.admission(),
            parts.userExecutor(),
            parts.spools());
    requestor =
        new JobRequestor(
            environment,
            settings.jobs(),
            take -> offers.offers().thenAccept(take),
            parts.userExecutor(),
            parts.spools());
    standingOffer = new StandingOffer(context, offers, provider, settings.offerTtl());
  }

  /** Returns a builder of a peer that keeps its key, ledger and spools in {@code dataDir}. */
  public static MeshBuilder builder(Path dataDir) {
    return new MeshBuilder(dataDir);
  }

  /**
   * Starts only a peer's end of the network on sockets, for tools that need no mesh: it answers
   * ping and identify, dials, and carries streams.
   *
   * @throws MeshException when an address to listen on cannot be had
   */
  public static Host openHost(KeyPair keyPair, List<Multiaddr> listen) throws MeshException {
    return NettyHost.start(NettyHostConfig.defaults(keyPair).withListen(listen));
  }

  /** Returns this peer's id. */
  public PeerId peerId() {
    return context.host().peerId();
  }

  /** Returns the addresses to give to others, each ending in {@code /p2p/<peer id>}. */
  public List<Multiaddr> addresses() {
    return context.host().addresses().stream()
        .map(address -> address.withPeerId(peerId().bytes()))
        .toList();
  }

  /**
   * Returns where other peers say they see this one, without a trailing {@code /p2p}: at a NAT, its
   * public address. Empty until observers of at least four groups of IP addresses agree; see {@link
   * Host#observedAddresses}.
   */
  public List<Multiaddr> observedAddresses() {
    return context.host().observedAddresses();
  }

  /** Returns the mesh this peer takes part in. */
  public MeshName meshName() {
    return context.meshName();
  }

  /** Returns this peer's end of the network, for protocols of the application's own. */
  public Host host() {
    return context.host();
  }

  /** Returns how peers are found. */
  public PeerRouting routing() {
    return routing;
  }

  /** Returns the offers heard. */
  public OfferBoard offers() {
    return offers;
  }

  /**
   * Sells: serves the offering's handlers and keeps its offer on the boards of others until this
   * mesh drains or closes. A second call replaces the first.
   *
   * @return completes on the mesh loop when the first version of the offer was handed to the mesh;
   *     with {@code IllegalArgumentException} when its envelope is longer than an offer may be
   */
  public CompletableFuture<Void> offer(Offering offering) {
    CompletableFuture<Void> published = new CompletableFuture<>();
    loop().execute(() -> standingOffer.stand(offering, published));
    return published;
  }

  /** Buys: as {@link #submit(JobSpec, JobListener)}, telling nobody how it goes. */
  public CompletableFuture<JobResult> submit(JobSpec spec) {
    return submit(spec, new JobListener() {});
  }

  /**
   * Buys: places one job at the best matching provider, and again elsewhere when that one fails.
   *
   * @return completes on the user's executor with the checked output and the settled receipt, or
   *     with {@code MeshException} such as {@code NoOffers}, soon after the job's deadline at the
   *     latest; cancelling it cancels the job
   */
  public CompletableFuture<JobResult> submit(JobSpec spec, JobListener listener) {
    return requestor.submit(spec, listener);
  }

  /**
   * Leaves in order: withdraws the offer, takes no new jobs, and waits for the running ones.
   *
   * @param patience then it completes anyway; {@link #close} cancels what still runs
   * @return completes on the mesh loop, never with an exception
   */
  public CompletableFuture<Void> drain(Duration patience) {
    CompletableFuture<Void> drained = new CompletableFuture<>();
    loop()
        .execute(
            () -> {
              @Nullable Timer[] timer = new Timer[1];
              timer[0] =
                  loop().arm(loop().nowNanos() + patience.toNanos(), () -> drained.complete(null));
              standingOffer.withdraw();
              provider.drain(
                  () -> {
                    if (timer[0] != null) {
                      timer[0].cancel();
                    }
                    drained.complete(null);
                  });
            });
    return drained;
  }

  /**
   * Stops everything and closes the ledger; waits a few seconds at most. Later calls do nothing.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    requestor.close();
    provider.close();
    opened.close();
  }

  private Loop loop() {
    return context.host().loop();
  }
}
