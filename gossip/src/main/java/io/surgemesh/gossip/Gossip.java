package io.surgemesh.gossip;

import io.surgemesh.host.Host;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.MachineDriver;
import io.surgemesh.machine.OrderedMap;
import io.surgemesh.multiformats.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages to whoever joined a topic: gossipsub v1.1 on {@code /meshsub/1.1.0}, without signatures
 * of its own.
 *
 * <p>Messages carry no author (pubsub spec, StrictNoSign) and are named by the SHA-256 of their
 * data; who needs an author puts a signature into the data, and checks it as {@link TopicListener}.
 * Every method may be called from any thread. One per host: a second would take over its protocol.
 */
public final class Gossip implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Gossip.class);

  private final Host host;
  private final GossipConfig config;
  private final GossipLinks links;
  private final MachineDriver<MeshRouter, RouterOutput> driver;
  private final Map<String, TopicListener> listeners = new OrderedMap<>();
  private @Nullable GossipObserver observer;

  private Gossip(Host host, RandomGenerator random, GossipConfig config) {
    this.host = host;
    this.config = config;
    this.links = new GossipLinks(host, config.limits(), new Receiver());
    this.driver =
        new MachineDriver<>(
            host.loop(), new MeshRouter(config, random), this::perform, this::onBug);
  }

  /**
   * Returns gossip running on a host.
   *
   * @param random drawn from on the host's mesh loop only
   */
  public static Gossip start(Host host, RandomGenerator random, GossipConfig config) {
    Gossip gossip = new Gossip(host, random, config);
    host.addGuard(peer -> gossip.driver.machine().needs(peer));
    host.loop()
        .execute(
            () -> {
              gossip.driver.input(MeshRouter::onStart);
              gossip.links.start();
            });
    return gossip;
  }

  /**
   * Joins a topic; its messages go to {@code listener}, which replaces a former one.
   *
   * @param topic 1 to 256 bytes of UTF-8
   * @throws IllegalArgumentException when it is longer or empty
   */
  public void join(String topic, TopicListener listener) {
    requireTopic(topic);
    host.loop()
        .execute(
            () -> {
              listeners.put(topic, listener);
              driver.input((router, now) -> router.onJoin(topic, now));
            });
  }

  /** Leaves a topic; nothing happens when it is not joined. */
  public void leave(String topic) {
    host.loop()
        .execute(
            () -> {
              listeners.remove(topic);
              driver.input((router, now) -> router.onLeave(topic, now));
            });
  }

  /**
   * Sends a message to a topic, joined or not. The same data is sent again only once it is
   * forgotten, after the time that ids are remembered.
   *
   * @param data at most the limit for messages; copied
   * @return completes on the mesh loop with the number of peers then known to be in the topic, 0
   *     when nobody could be told
   * @throws IllegalArgumentException when the topic or the data is too long
   */
  public CompletableFuture<Integer> publish(String topic, byte[] data) {
    requireTopic(topic);
    if (data.length > config.limits().messageBytesMax()) {
      throw new IllegalArgumentException("message of " + data.length + " bytes");
    }
    return publish(new TopicMessage(topic, Bytes.of(data)));
  }

  /** Sends a message within the bounds, as the public method does. */
  CompletableFuture<Integer> publish(TopicMessage message) {
    CompletableFuture<Integer> published = new CompletableFuture<>();
    host.loop()
        .execute(
            () -> {
              driver.input((router, now) -> router.onPublish(message, now));
              published.complete(driver.machine().subscribers(message.topic()).size());
            });
    return published;
  }

  private static void requireTopic(String topic) {
    int bytes = topic.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > Rpc.TOPIC_BYTES_MAX) {
      throw new IllegalArgumentException("topic name of " + bytes + " bytes");
    }
  }

  /** Stops listening and sending; peers find that out from their streams. */
  @Override
  public void close() {
    host.loop()
        .execute(
            () -> {
              driver.stop();
              links.close();
              listeners.clear();
            });
  }

  /** Sets who is told of peers; call on the mesh loop. */
  void observe(GossipObserver newObserver) {
    observer = newObserver;
  }

  /** Sends messages to one peer that may have missed them; call on the mesh loop. */
  void sendTo(PeerId peer, List<TopicMessage> messages) {
    driver.input((router, now) -> router.onSendTo(peer, messages, now));
  }

  /** Returns the router, for queries that change nothing; call on the mesh loop. */
  MeshRouter router() {
    return driver.machine();
  }

  private void perform(RouterOutput output) {
    GossipObserver told = observer;
    if (output instanceof RouterOutput.Control control) {
      links.send(control.to(), SendQueue.Kind.CONTROL, control.rpc());
    } else if (output instanceof RouterOutput.Gossiped gossiped) {
      links.send(gossiped.to(), SendQueue.Kind.GOSSIP, gossiped.rpc());
    } else if (output instanceof RouterOutput.Forward forward) {
      Rpc rpc = Rpc.of(forward.messages());
      forward.to().forEach(peer -> links.send(peer, SendQueue.Kind.MESSAGE, rpc));
    } else if (output instanceof RouterOutput.Validate validate) {
      judge(validate);
    } else if (output instanceof RouterOutput.Deliver deliver) {
      TopicListener listener = listeners.get(deliver.message().topic());
      if (listener != null) {
        listener.onMessage(deliver.message().data());
      }
    } else if (output instanceof RouterOutput.Subscribed subscribed) {
      if (told != null) {
        told.onSubscribed(subscribed.peer(), subscribed.topic());
      }
    } else if (output instanceof RouterOutput.Grafted grafted) {
      if (told != null) {
        told.onGrafted(grafted.peer(), grafted.topic());
      }
    } else if (output instanceof RouterOutput.Lonely lonely) {
      if (told != null) {
        told.onLonely(lonely.topic(), lonely.peers());
      }
    } else if (output instanceof RouterOutput.Misbehaved misbehaved) {
      LOG.debug("{} misbehaved: {}", misbehaved.peer(), misbehaved.what());
    } else {
      throw new AssertionError(output);
    }
  }

  private void judge(RouterOutput.Validate validate) {
    Consumer<Verdict> answer =
        verdict -> {
          MessageKey key = validate.message().key();
          host.loop()
              .dispatch(() -> driver.input((router, now) -> router.onValidated(key, verdict, now)));
        };
    TopicListener listener = listeners.get(validate.message().topic());
    if (listener == null) {
      answer.accept(Verdict.IGNORE);
    } else {
      listener.judge(validate.from(), validate.message(), answer);
    }
  }

  private void onBug(RuntimeException bug) {
    LOG.error("gossip stopped", bug);
    links.close();
  }

  /** Turns what happens on streams into inputs of the router. */
  private final class Receiver implements GossipLinks.Receiver {
    @Override
    public void onOpen(PeerId peer, boolean outboundConnection, boolean again) {
      driver.input(
          (router, now) -> {
            // A peer that spoke first is known already, but has not been greeted on this stream.
            if (again) {
              router.onStreamRestored(peer, now);
            }
            router.onPeer(peer, outboundConnection, now);
          });
    }

    @Override
    public void onGivenUp(PeerId peer) {
      driver.input((router, now) -> router.onPeerGone(peer, now));
    }

    @Override
    public void onGone(PeerId peer) {
      boolean wasNeeded = driver.machine().needs(peer);
      driver.input((router, now) -> router.onPeerGone(peer, now));
      GossipObserver told = observer;
      if (told != null) {
        told.onGone(peer, wasNeeded);
      }
    }

    @Override
    public void onMalformed(PeerId from) {
      driver.input((router, now) -> router.onMalformed(from, now));
    }

    @Override
    public boolean listensTo(PeerId from) {
      return !driver.machine().isGraylisted(from);
    }

    @Override
    public void onRpc(PeerId from, boolean outboundConnection, Rpc rpc) {
      driver.input(
          (router, now) -> {
            router.onPeer(from, outboundConnection, now);
            router.onRpc(from, rpc, now);
          });
    }
  }
}
