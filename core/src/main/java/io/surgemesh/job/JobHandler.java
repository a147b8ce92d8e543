package io.surgemesh.job;

/**
 * The application's code that does the work of one runtime, such as {@code java:wordcount}.
 *
 * <p>Called on the user's executor, never on a loop; may block. Jobs are at-least-once: a
 * repeatable job may run at several providers.
 */
@FunctionalInterface
public interface JobHandler {
  /**
   * Does the work: reads the input, writes the output, returns when done.
   *
   * @throws Exception any exception ends the job as failed; the requestor is told so, without the
   *     text of the exception
   */
  void run(JobRun run) throws Exception;
}
