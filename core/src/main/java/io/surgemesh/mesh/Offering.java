package io.surgemesh.mesh;

import io.surgemesh.job.JobHandler;
import io.surgemesh.market.Energy;
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
   * @throws IllegalArgumentException when there is none
   */
  public Offering {
    if (handlers.isEmpty()) {
      throw new IllegalArgumentException("an offering needs at least one handler");
    }
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
