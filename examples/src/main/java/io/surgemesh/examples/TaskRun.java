package io.surgemesh.examples;

import com.google.gson.JsonObject;
import io.surgemesh.identity.PeerId;
import io.surgemesh.job.JobListener;
import io.surgemesh.job.JobResult;
import io.surgemesh.job.JobSpec;
import io.surgemesh.mesh.Mesh;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/**
 * A list of tasks run across a mesh, a bounded number at a time, with a progress bar or JSON lines.
 *
 * <p>Ends at the first task that failed for good; the others are cancelled then.
 */
final class TaskRun {
  private static final int UNDER_WAY_MAX = 64;

  /** Takes the result of one task, in order of completion, on the thread that runs the tasks. */
  @FunctionalInterface
  interface ResultConsumer {
    void accept(int task, JobResult result) throws Exception;
  }

  private record Outcome(int task, @Nullable JobResult result, @Nullable Throwable failure) {}

  private final Mesh mesh;
  private final @Nullable JsonLines lines;
  private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
  private final Map<Integer, CompletableFuture<JobResult>> underWay = new LinkedHashMap<>();
  private final AtomicInteger replaced = new AtomicInteger();

  /**
   * Creates a run.
   *
   * @param lines where events are printed; null shows a progress bar on stderr instead
   */
  TaskRun(Mesh mesh, @Nullable JsonLines lines) {
    this.mesh = mesh;
    this.lines = lines;
  }

  /** Returns how many tasks were placed again after a provider failed. */
  int replaced() {
    return replaced.get();
  }

  /** Runs all tasks; each result is closed after {@code consumer} took it. */
  void run(String title, List<JobSpec> tasks, ResultConsumer consumer) throws Exception {
    try (ProgressBar bar = lines == null ? TaskBar.show(title, tasks.size()) : null) {
      int next = 0;
      for (int done = 0; done < tasks.size(); done++) {
        while (next < tasks.size() && underWay.size() < UNDER_WAY_MAX) {
          submit(next, tasks.get(next));
          next++;
        }
        Outcome outcome = outcomes.take();
        underWay.remove(outcome.task);
        try (JobResult result = resultOf(outcome)) {
          print(outcome.task, result);
          consumer.accept(outcome.task, result);
        }
        if (bar != null) {
          bar.step();
        }
      }
    } finally {
      underWay.values().forEach(future -> future.cancel(true));
    }
  }

  private static JobResult resultOf(Outcome outcome) throws Exception {
    if (outcome.result != null) {
      return outcome.result;
    }
    if (outcome.failure instanceof Exception failure) {
      throw failure;
    }
    throw new AssertionError(outcome.failure);
  }

  private void submit(int task, JobSpec spec) {
    CompletableFuture<JobResult> future = mesh.submit(spec, new Events(task));
    underWay.put(task, future);
    future.whenComplete((result, failure) -> outcomes.add(new Outcome(task, result, failure)));
  }

  private void print(int task, JobResult result) {
    if (lines == null) {
      return;
    }
    JsonObject line = event("task", task, result.provider());
    line.addProperty("price", result.receipt().receipt().amount().toString());
    line.addProperty("agreementMillis", result.agreementTime().toNanos() / 1e6);
    line.addProperty("runMillis", result.runTime().toNanos() / 1e6);
    line.addProperty("placements", result.placements());
    lines.print(line);
  }

  private static JsonObject event(String name, int task, PeerId provider) {
    JsonObject line = JsonLines.event(name);
    line.addProperty("task", task);
    line.addProperty("provider", provider.toString());
    return line;
  }

  private final class Events implements JobListener {
    private final int task;
    private int permilleTold = -1;

    Events(int task) {
      this.task = task;
    }

    @Override
    public void onPlaced(PeerId provider, int attempt) {
      if (lines != null) {
        JsonObject line = event("placed", task, provider);
        line.addProperty("attempt", attempt);
        lines.print(line);
      }
    }

    @Override
    public void onProgress(PeerId provider, int permille) {
      if (lines != null && permille != permilleTold) {
        permilleTold = permille;
        JsonObject line = event("progress", task, provider);
        line.addProperty("permille", permille);
        lines.print(line);
      }
    }

    @Override
    public void onReplaced(PeerId provider, String reason) {
      replaced.incrementAndGet();
      permilleTold = -1;
      if (lines != null) {
        JsonObject line = event("replaced", task, provider);
        line.addProperty("reason", reason);
        lines.print(line);
      } else {
        System.err.println("surge: task " + task + " placed again: " + reason);
      }
    }
  }
}
