package io.surgemesh.job;

import io.surgemesh.market.Task;
import io.surgemesh.market.Terms;

/**
 * What one job takes of a provider.
 *
 * @param millicores reserved while it runs
 * @param memoryBytes reserved while it runs
 * @param spoolBytes input and longest output, kept until it is settled
 */
record Demand(int millicores, long memoryBytes, long spoolBytes) {
  static Demand of(Terms terms, Task task) {
    return new Demand(
        terms.cpuMillicores(), terms.memoryBytes(), task.inputBytes() + terms.outputBytesMax());
  }
}
