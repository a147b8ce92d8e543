package io.surgemesh.examples;

import io.surgemesh.job.JobHandler;
import io.surgemesh.job.JobRun;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the person who runs a node, on stderr, which jobs it does. */
record LoggedHandler(String runtime, JobHandler handler) implements JobHandler {
  private static final Logger LOG = LoggerFactory.getLogger(LoggedHandler.class);

  @Override
  public void run(JobRun run) throws Exception {
    String id = run.agreementId().toHex().substring(0, 12);
    LOG.info("job {} begins: {}, {} bytes, for {}", id, runtime, run.inputBytes(), run.requestor());
    long begunNanos = System.nanoTime();
    handler.run(run);
    LOG.info("job {} done after {} ms", id, (System.nanoTime() - begunNanos) / 1_000_000);
  }
}
