package io.surgemesh.mesh;

import io.surgemesh.host.HostMetrics;
import io.surgemesh.host.PeerArchive;
import io.surgemesh.identity.KeyFile;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.Signatures;
import io.surgemesh.job.Admission;
import io.surgemesh.job.FileSpoolStore;
import io.surgemesh.job.JobConfig;
import io.surgemesh.ledger.Ledger;
import io.surgemesh.ledger.SqliteLedgerStore;
import io.surgemesh.machine.Loop;
import io.surgemesh.market.MeshName;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.netty.MdnsDiscovery;
import io.surgemesh.netty.NettyHost;
import io.surgemesh.netty.NettyHostConfig;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what a {@link Mesh} needs and starts it. Not thread-safe; use once.
 *
 * <p>{@link #routing} and {@link #offers} must be set. Without {@link #listen} the peer dials but
 * cannot be dialled.
 */
public final class MeshBuilder {
  private static final int FINISH_SECONDS = 2;

  private final Path dataDir;
  private final List<Multiaddr> listen = new ArrayList<>();
  private MeshName meshName = MeshName.PUBLIC;
  private PeerRouting.@Nullable Factory routing;
  private OfferBoard.@Nullable Factory offers;
  private Admission admission = Admission.everyone();
  private JobConfig jobs = JobConfig.defaults();
  private Duration offerTtl = Duration.ofMinutes(2);
  private boolean mdns;
  private boolean autoNat = true;
  private HostMetrics metrics = HostMetrics.NONE;
  private @Nullable Executor userExecutor;
  private char @Nullable [] passphrase;

  MeshBuilder(Path dataDir) {
    this.dataDir = dataDir;
  }

  /**
   * Sets the mesh to take part in; default {@code public}.
   *
   * @throws IllegalArgumentException when the name is not 1 to 32 of {@code a-z0-9-}
   */
  public MeshBuilder meshName(String name) {
    meshName = new MeshName(name);
    return this;
  }

  /**
   * Adds an address to listen on, such as {@code /ip4/0.0.0.0/tcp/4001}; port 0 takes a free one.
   *
   * @throws IllegalArgumentException when it is not a multiaddr
   */
  public MeshBuilder listen(String address) {
    listen.add(Multiaddr.of(address));
    return this;
  }

  /**
   * Sets the passphrase of the key file, which then is encrypted: an existing one must be already.
   * Starting takes some tenths of a second longer.
   *
   * @param secret 1 to {@value KeyFile#PASSPHRASE_CHARACTERS_MAX} characters; kept until {@link
   *     #start}, which overwrites it with zeros
   */
  public MeshBuilder passphrase(char[] secret) {
    passphrase = secret;
    return this;
  }

  /**
   * Sets whether peers on the own network are found by multicast DNS, and find this one (libp2p's
   * mdns); default no. It tells everybody there that this peer exists, and whoever answers is
   * dialled and must prove its PeerId. Without effect on {@link #startOn}.
   */
  public MeshBuilder mdns(boolean wanted) {
    mdns = wanted;
    return this;
  }

  /**
   * Sets whether this peer asks others now and then whether they can dial it, and dials those that
   * ask it (libp2p's AutoNAT); default yes. A peer that finds out that nobody can dial it leaves
   * answering in the routing to others. Without effect on {@link #startOn}.
   */
  public MeshBuilder autoNat(boolean wanted) {
    autoNat = wanted;
    return this;
  }

  /**
   * Sets who is told what the host does: connections, streams, bytes and misbehaviour; default
   * nobody. Without effect on {@link #startOn}.
   */
  public MeshBuilder metrics(HostMetrics told) {
    metrics = Objects.requireNonNull(told);
    return this;
  }

  /** Sets how peers are found. */
  public MeshBuilder routing(PeerRouting.Factory factory) {
    routing = factory;
    return this;
  }

  /** Sets how offers travel. */
  public MeshBuilder offers(OfferBoard.Factory factory) {
    offers = factory;
    return this;
  }

  /** Sets who may ask this peer for work; default everyone. */
  public MeshBuilder admission(Admission rule) {
    admission = rule;
    return this;
  }

  /** Sets the limits of negotiation and jobs. */
  public MeshBuilder jobs(JobConfig config) {
    jobs = config;
    return this;
  }

  /**
   * Sets how long one version of this peer's offer stands; it is renewed at two thirds of that.
   *
   * @param ttl 1 s to 15 min; default 2 min
   * @throws IllegalArgumentException when out of range
   */
  public MeshBuilder offerTtl(Duration ttl) {
    if (ttl.compareTo(Duration.ofSeconds(1)) < 0 || ttl.compareTo(Duration.ofMinutes(15)) > 0) {
      throw new IllegalArgumentException("offerTtl out of range: " + ttl);
    }
    offerTtl = ttl;
    return this;
  }

  /**
   * Sets where job handlers and listeners run; default one daemon thread per processor. The mesh
   * never shuts down an executor it was given.
   */
  public MeshBuilder userExecutor(Executor executor) {
    userExecutor = Objects.requireNonNull(executor);
    return this;
  }

  /**
   * Starts the peer: opens its key, ledger and sockets. Blocks, usually well under a second.
   *
   * @throws MeshException when the key file, the ledger, the data directory or an address cannot be
   *     had; nothing is left open then
   * @throws IllegalStateException when routing or offers were not set
   */
  public Mesh start() throws MeshException {
    MeshSettings settings = settings();
    KeyPair keyPair = keyPair(dataDir.resolve(Mesh.KEY_FILE));
    Opened opened = new Opened();
    try {
      SqliteLedgerStore store = opened.add(SqliteLedgerStore.open(dataDir));
      FileSpoolStore spools = new FileSpoolStore(dataDir.resolve(Mesh.SPOOL_DIRECTORY));
      NettyHost host = opened.add(openHost(keyPair, opened));
      if (mdns) {
        opened.add(MdnsDiscovery.start(host));
      }
      opened.add(() -> finish(host.loop()));
      Executor executor = userExecutor;
      if (executor == null) {
        executor = opened.add(new UserThreads(Runtime.getRuntime().availableProcessors()));
      }
      MeshContext context =
          new MeshContext(
              host,
              meshName,
              keyPair,
              Signatures.ed25519(),
              InstantSource.system(),
              new SecureRandom(),
              Optional.of(dataDir));
      return await(start(new MeshParts(context, store, spools, executor), settings, opened));
    } catch (MeshException | RuntimeException failure) {
      opened.close();
      throw failure;
    }
  }

  private NettyHost openHost(KeyPair keyPair, Opened opened) throws MeshException {
    PeerArchive archive =
        opened.add(PeerArchive.in(dataDir.resolve(Mesh.PEERS_FILE), InstantSource.system()));
    NettyHostConfig config =
        NettyHostConfig.defaults(keyPair).withListen(listen).withMetrics(metrics);
    return NettyHost.start(autoNat ? config : config.withAutoNat(Optional.empty()), archive);
  }

  private KeyPair keyPair(Path keyFile) throws MeshException {
    return passphrase == null
        ? KeyFile.loadOrCreate(keyFile)
        : KeyFile.loadOrCreate(keyFile, passphrase);
  }

  /**
   * Starts the peer on parts made elsewhere: another host, another store, the simulator. Blocks
   * nothing; the parts are closed by whoever made them. A user executor set here takes the place of
   * the parts' own.
   *
   * @return completes on the host's mesh loop; fails with {@code MeshException} when the ledger
   *     does not open
   * @throws IllegalStateException when routing or offers were not set
   */
  public CompletableFuture<Mesh> startOn(MeshParts parts) {
    Executor executor = userExecutor;
    MeshParts used = executor == null ? parts : parts.withUserExecutor(executor);
    return start(used, settings(), new Opened());
  }

  private static CompletableFuture<Mesh> start(
      MeshParts parts, MeshSettings settings, Opened opened) {
    MeshContext context = parts.context();
    return Ledger.open(
            parts.ledgerStore(), context.keyPair(), context.signatures(), context.host().loop())
        .thenApply(ledger -> new Mesh(parts, settings, ledger, opened));
  }

  /** Lets the loop run what the closing of the parts above has left it to do. */
  private static void finish(Loop loop) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    loop.execute(done::countDown);
    if (!loop.inLoop() && !done.await(FINISH_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the mesh loop is stuck");
    }
  }

  private MeshSettings settings() {
    if (routing == null || offers == null) {
      throw new IllegalStateException((routing == null ? "routing" : "offers") + " not set");
    }
    return new MeshSettings(routing, offers, admission, jobs, offerTtl);
  }

  private static Mesh await(CompletableFuture<Mesh> started) throws MeshException {
    try {
      return started.join();
    } catch (CompletionException failure) {
      if (failure.getCause() instanceof MeshException refused) {
        throw refused;
      }
      throw failure;
    }
  }
}
