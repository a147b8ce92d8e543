package io.surgemesh.examples;

import io.surgemesh.job.JobInput;
import io.surgemesh.job.JobResult;
import io.surgemesh.job.JobRun;
import io.surgemesh.job.JobSpec;
import io.surgemesh.market.Requirements;
import io.surgemesh.mesh.Mesh;
import io.surgemesh.mesh.Offering;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * A small application on a mesh: its peers make thumbnails for each other.
 *
 * <p>A picture is its width and its height, four bytes each, then one byte of grey per pixel.
 */
final class Thumbnailer {
  private static final String RUNTIME = "java:thumbnail";
  private static final int HEAD_BYTES = 2 * Integer.BYTES;
  private static final int SCALE = 4;

  private final Mesh mesh;

  Thumbnailer(Mesh mesh) {
    this.mesh = mesh;
  }

  /** Makes thumbnails for whoever wants some, from now on. */
  CompletableFuture<Void> serve() {
    return mesh.offer(Offering.of(RUNTIME, 2000, 1L << 30, 1, Thumbnailer::shrink));
  }

  /** Has a thumbnail made by another peer, and by a further one when that fails. */
  CompletableFuture<byte[]> thumbnail(byte[] picture) {
    Requirements oneCore = Requirements.runtime(RUNTIME).withResources(1000, 64L << 20, 0);
    return mesh.submit(JobSpec.of(JobInput.of(picture), oneCore)).thenApply(Thumbnailer::read);
  }

  private static byte[] read(JobResult result) {
    try (result) {
      return result.openOutput().readAllBytes();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static void shrink(JobRun run) throws IOException {
    run.output().write(shrink(run.input().readAllBytes()));
  }

  /** Returns the picture at a quarter of its width and height: one pixel for sixteen. */
  static byte[] shrink(byte[] picture) {
    ByteBuffer head = ByteBuffer.wrap(picture);
    int width = head.getInt();
    int columns = width / SCALE;
    int rows = head.getInt() / SCALE;
    ByteBuffer small = ByteBuffer.allocate(HEAD_BYTES + columns * rows);
    small.putInt(columns).putInt(rows);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int sum = 0;
        for (int i = 0; i < SCALE * SCALE; i++) {
          int y = row * SCALE + i / SCALE;
          int x = column * SCALE + i % SCALE;
          sum += picture[HEAD_BYTES + y * width + x] & 0xff;
        }
        small.put((byte) (sum / (SCALE * SCALE)));
      }
    }
    return small.array();
  }
}
