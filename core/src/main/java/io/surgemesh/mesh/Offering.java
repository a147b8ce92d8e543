package io.surgemesh.mesh;

import io.surgemesh.job.JobHandler;
import io.surgemesh.market.Energy;
import io.surgemesh.market.JobRuntime;
import io.surgemesh.market.Offer;
import io.surgemesh.market.Place;
import io.surgemesh.market.Price;
import io.surgemesh.market.Resources;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What this peer sells: resources, at a price, to run these handlers.
 *
 * @param resources what all jobs together may use
 * @param price the posted price
 * @param place where this peer is
 * @param energy what its work draws
 * @param handlers runtime name, such as {@code java:wordcount}, to the code that serves it
 */
public record Offering(
    Resources resources,
    Price price,
    Place place,
    Energy energy,
    Map<String, JobHandler> handlers) {
  /**
   * Copies the handlers, keeping their order.
   *
   * @throws IllegalArgumentException when there is none, or more than {@value Offer#RUNTIMES_MAX},
   *     or a name is not that of a runtime
   */
  public Offering {
    if (handlers.isEmpty() || handlers.size() > Offer.RUNTIMES_MAX) {
      throw new IllegalArgumentException(
          "an offering has 1 to " + Offer.RUNTIMES_MAX + " handlers, not " + handlers.size());
    }
    handlers.keySet().forEach(JobRuntime::named);
    handlers = Collections.unmodifiableMap(new LinkedHashMap<>(handlers));
  }

  /**
   * Returns an offering of one handler at a price for time only.
   *
   * @param runtime such as {@code java:wordcount}
   * @param cpuMillicores what all jobs together may use, in thousandths of a core
   * @param memoryBytes the same of memory
   * @param creditsPerCpuSecond the posted price, in the smallest unit
   */
  public static Offering of(
      String runtime,
      int cpuMillicores,
      long memoryBytes,
      long creditsPerCpuSecond,
      JobHandler handler) {
    return new Offering(
        Resources.of(cpuMillicores, memoryBytes),
        Price.perCpuSecond(creditsPerCpuSecond),
        Place.UNKNOWN,
        Energy.UNKNOWN,
        Map.of(runtime, handler));
  }
}
