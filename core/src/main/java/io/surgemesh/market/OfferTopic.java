package io.surgemesh.market;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The gossip topic that carries the offers of one class: those with runtimes of one family.
 *
 * @param mesh the mesh
 * @param family the part of a runtime's name before the colon, such as {@code java}
 */
public record OfferTopic(MeshName mesh, String family) implements Comparable<OfferTopic> {
  /**
   * Checks the family's form.
   *
   * @throws IllegalArgumentException when it is not 1 to 16 of {@code a-z}, {@code 0-9} and {@code
   *     -}
   */
  public OfferTopic {
    JobRuntime.requireName(family + ":any");
  }

  /**
   * Returns the topic on which offers of a runtime are heard.
   *
   * @param runtime its name, such as {@code java:wordcount}
   * @throws IllegalArgumentException when that is no runtime's name
   */
  public static OfferTopic of(MeshName mesh, String runtime) {
    JobRuntime.requireName(runtime);
    return new OfferTopic(mesh, JobRuntime.familyOf(runtime));
  }

  /** Returns the topics an offer belongs to, one per family of its runtimes, in order. */
  public static List<OfferTopic> of(Offer offer) {
    Set<OfferTopic> topics = new TreeSet<>();
    for (JobRuntime runtime : offer.runtimes()) {
      topics.add(new OfferTopic(offer.meshName(), runtime.family()));
    }
    return List.copyOf(topics);
  }

  /** Returns whether an offer belongs to this topic: is one of {@link #of(Offer)}. */
  public boolean carries(Offer offer) {
    if (!mesh.equals(offer.meshName())) {
      return false;
    }
    for (JobRuntime runtime : offer.runtimes()) {
      if (runtime.family().equals(family)) {
        return true;
      }
    }
    return false;
  }

  /** Returns the topic's name, {@code /surgemesh/<mesh name>/offers/<family>}. */
  public String name() {
    return mesh.protocol("offers/" + family);
  }

  /** Returns the capability under which the topic's peers find each other. */
  public Capability capability() {
    return Capability.topic(name());
  }

  @Override
  public int compareTo(OfferTopic other) {
    return name().compareTo(other.name());
  }

  @Override
  public String toString() {
    return name();
  }
}
