package io.surgemesh.gossip;

import io.surgemesh.host.Host;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.MachineDriver;
import io.surgemesh.market.Offer;
import io.surgemesh.market.OfferTopic;
import io.surgemesh.market.SignedOffer;
import io.surgemesh.mesh.MeshContext;
import io.surgemesh.mesh.OfferBoard;
import io.surgemesh.mesh.PeerRouting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The offer board kept over gossip: offers travel on one topic per class, and each peer keeps those
 * of the classes that it hears.
 *
 * <p>A board is as stale as gossip is late: a few hops for a peer that is connected; up to the ttl
 * of an offer for one whose withdrawal was lost. A peer that joins is caught up by its neighbours
 * with part of what they hold. An offer stays on the boards for its ttl only, so its owner
 * publishes a new version in time, as the Mesh facade does at two thirds of it; the board itself
 * signs nothing, and repeats what was published to peers that join a topic later.
 */
public final class OfferGossip implements OfferBoard {
  private static final Logger LOG = LoggerFactory.getLogger(OfferGossip.class);

  /** How many sellers are told of at a time to a peer that has lost all others. */
  private static final int SELLERS_MAX = 32;

  private final MeshContext context;
  private final PeerRouting routing;
  private final OfferGossipConfig config;
  private final Gossip gossip;
  private final MachineDriver<OfferTable, OfferTable.Output> table;
  private final MachineDriver<CatchUp, CatchUp.Place> catchUp;
  private final OfferIntake intake;
  private final TopicPeers topicPeers;
  private final HeardWaiters waiters;
  private final List<OfferTopic> heardTopics;
  private final Set<String> caughtUpTopics = new LinkedHashSet<>();
  private boolean closed;

  private OfferGossip(MeshContext context, PeerRouting routing, OfferGossipConfig config) {
    Host host = context.host();
    this.context = context;
    this.routing = routing;
    this.config = config;
    this.heardTopics =
        config.classes().stream()
            .distinct()
            .map(family -> new OfferTopic(context.meshName(), family))
            .toList();
    heardTopics.forEach(topic -> caughtUpTopics.add(topic.name()));
    OfferTable offers = new OfferTable(host.peerId(), config, context.wallClock());
    this.waiters = new HeardWaiters(host.loop(), config.heardWait().toNanos(), offers::othersCount);
    this.table = new MachineDriver<>(host.loop(), offers, this::onTable, this::onBug);
    this.catchUp =
        new MachineDriver<>(
            host.loop(), new CatchUp(config.catchUpInterval().toNanos()), this::serve, this::onBug);
    this.intake = new OfferIntake(context, table, config);
    this.topicPeers = new TopicPeers(context, routing, config, this::onBug);
    this.gossip = Gossip.start(host, context.random(), config.gossip());
  }

  /** Returns a factory of boards that hear the class {@code java}. */
  public static OfferBoard.Factory defaults() {
    return with(OfferGossipConfig.defaults());
  }

  /** Returns a factory of boards that behave as {@code config} says. */
  public static OfferBoard.Factory with(OfferGossipConfig config) {
    return (context, routing) -> {
      OfferGossip board = new OfferGossip(context, routing, config);
      board.start();
      return board;
    };
  }

  private void start() {
    routing.setSource(this::sellers);
    context.host().loop().execute(() -> gossip.observe(new Observer()));
    for (OfferTopic topic : heardTopics) {
      gossip.join(
          topic.name(), (from, message, answer) -> intake.judge(topic, from, message, answer));
      routing.announce(topic.capability());
    }
  }

  /**
   * {@inheritDoc}
   *
   * @return completes once the offer was handed to the peers known now; with {@code
   *     MeshException.Closed} after {@link #close}; with {@code IllegalArgumentException} when the
   *     offer is not this peer's own, or not newer than the one it replaces
   */
  @Override
  public CompletableFuture<Void> publish(SignedOffer offer) {
    CompletableFuture<Void> published = new CompletableFuture<>();
    context.host().loop().execute(() -> publish(offer, published));
    return published;
  }

  private void publish(SignedOffer signed, CompletableFuture<Void> published) {
    if (closed) {
      published.completeExceptionally(new MeshException.Closed());
      return;
    }
    long nowNanos = context.host().loop().nowNanos();
    if (!signed.offer().provider().equals(context.host().peerId())
        || table.machine().standing(signed, nowNanos) != OfferTable.Standing.NEW) {
      published.completeExceptionally(
          new IllegalArgumentException("no new offer of this peer: " + signed));
      return;
    }
    table.input((offers, now) -> offers.onVerified(signed, now));
    for (OfferTopic topic : OfferTopic.of(signed.offer())) {
      caughtUpTopics.add(topic.name());
      gossip.publish(new TopicMessage(topic.name(), signed));
    }
    context.host().loop().execute(() -> published.complete(null));
  }

  @Override
  public CompletableFuture<List<SignedOffer>> offers() {
    CompletableFuture<List<SignedOffer>> offers = new CompletableFuture<>();
    context.host().loop().execute(() -> offers.complete(List.copyOf(table.machine().offers())));
    return offers;
  }

  @Override
  public CompletableFuture<Integer> heard(int count) {
    CompletableFuture<Integer> heard = new CompletableFuture<>();
    context.host().loop().execute(() -> waiters.add(closed ? 0 : count, heard));
    return heard;
  }

  @Override
  public void close() {
    heardTopics.forEach(topic -> routing.withdraw(topic.capability()));
    gossip.close();
    context
        .host()
        .loop()
        .execute(
            () -> {
              closed = true;
              waiters.close();
              topicPeers.stop();
              catchUp.stop();
              table.stop();
            });
  }

  /** Returns some of those whose offers are known, each once, for who has lost all others. */
  private List<PeerInfo> sellers() {
    Map<PeerId, PeerInfo> sellers = new LinkedHashMap<>();
    for (SignedOffer signed : table.machine().offers()) {
      Offer offer = signed.offer();
      sellers.put(offer.provider(), new PeerInfo(offer.provider(), offer.addresses()));
    }
    return Sample.of(List.copyOf(sellers.values()), SELLERS_MAX, context.random());
  }

  private void onTable(OfferTable.Output output) {
    if (output instanceof OfferTable.Output.Heard) {
      waiters.onHeard();
    }
  }

  /** Sends a peer what it may have missed of a topic: what is our own first. */
  private void serve(CatchUp.Place place) {
    PeerId own = context.host().peerId();
    Set<SignedOffer> chosen = new LinkedHashSet<>();
    List<SignedOffer> others = new ArrayList<>();
    List<SignedOffer> shared =
        place.share() == CatchUp.Share.ALL ? table.machine().offers() : table.machine().ownOffers();
    Predicate<SignedOffer> fits = travellingOn(place.topic());
    for (SignedOffer signed : shared) {
      if (fits.test(signed)) {
        (signed.offer().provider().equals(own) ? chosen : others).add(signed);
      }
    }
    table.machine().withdrawals(offer -> offer.provider().equals(own)).stream()
        .filter(fits)
        .forEach(chosen::add);
    // Each neighbour draws its own part, so that together they bring more than any one of them.
    chosen.addAll(Sample.of(others, config.catchUpMax() - chosen.size(), context.random()));
    List<TopicMessage> missed =
        chosen.stream()
            .limit(config.catchUpMax())
            .map(signed -> new TopicMessage(place.topic(), signed))
            .toList();
    gossip.sendTo(place.peer(), missed);
  }

  private Predicate<SignedOffer> travellingOn(String topic) {
    for (OfferTopic heard : heardTopics) {
      if (heard.name().equals(topic)) {
        return signed -> heard.carries(signed.offer());
      }
    }
    return signed -> travelsOn(signed, topic);
  }

  private static boolean travelsOn(SignedOffer signed, String topic) {
    return OfferTopic.of(signed.offer()).stream().anyMatch(one -> one.name().equals(topic));
  }

  private void onBug(RuntimeException bug) {
    LOG.error("offer board stopped", bug);
    close();
  }

  /** Turns news of topics' peers into catching up and seeking. */
  private final class Observer implements GossipObserver {
    /** Who was lost and came back last: of each of its topics we are told by itself. */
    private @Nullable PeerId backLast;

    @Override
    public void onSubscribed(PeerId peer, String topic) {
      if (topicPeers.onBack(peer)) {
        backLast = peer;
      }
      if (backLast != null && backLast.equals(peer)) {
        // The network may have been in parts, each with a mesh so full that nobody of the other is
        // taken into it, and each with offers that the other has not heard.
        onNews(peer, topic, CatchUp.Share.ALL);
      } else if (table.machine().holdsOwn()) {
        // Most peers offer nothing, and would remember each who came by as served.
        onNews(peer, topic, CatchUp.Share.OWN);
      }
    }

    @Override
    public void onGrafted(PeerId peer, String topic) {
      // Whoever is only connected hears the others' offers from its own neighbours.
      onNews(peer, topic, CatchUp.Share.ALL);
    }

    private void onNews(PeerId peer, String topic, CatchUp.Share share) {
      // Only topics of which we may hold something: the others are whatever strangers made up, and
      // going through the table for each of those would be dear.
      if (caughtUpTopics.contains(topic)) {
        catchUp.input((machine, now) -> machine.onNews(peer, topic, share, now));
      }
    }

    @Override
    public void onLonely(String topic, int peers) {
      topicPeers.onLonely(topic);
    }

    @Override
    public void onGone(PeerId peer, boolean wasNeeded) {
      // Of those we were only connected to, hosts trim many, and nobody misses them.
      if (wasNeeded) {
        topicPeers.onLost(peer);
      }
      catchUp.input((machine, now) -> machine.onGone(peer, now));
    }
  }
}
