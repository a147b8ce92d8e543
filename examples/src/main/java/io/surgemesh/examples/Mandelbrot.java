package io.surgemesh.examples;

import io.surgemesh.job.JobHandler;
import io.surgemesh.job.JobRun;
import io.surgemesh.multiformats.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The Mandelbrot set in tiles: the handler that renders one tile, and the cutting of a picture.
 *
 * <p>A pixel's colour depends on its place only, computed in IEEE doubles and integers, so a
 * picture rendered in tiles anywhere equals one rendered at once, byte for byte.
 */
final class Mandelbrot implements JobHandler {
  /** The runtime under which providers offer it. */
  static final String RUNTIME = "java:mandelbrot";

  static final int SIDE_MAX = 16_384;
  private static final int ITERATIONS_MAX = 100_000;

  /** A whole picture. */
  record Picture(int width, int height, int iterations) {
    /** Cuts the picture into tiles of at most {@code side} pixels a side, row by row. */
    List<Tile> tiles(int side) {
      List<Tile> tiles = new ArrayList<>();
      for (int y = 0; y < height; y += side) {
        for (int x = 0; x < width; x += side) {
          tiles.add(new Tile(this, x, y, Math.min(side, width - x), Math.min(side, height - y)));
        }
      }
      return tiles;
    }

    /** Returns the whole picture as one tile. */
    Tile whole() {
      return new Tile(this, 0, 0, width, height);
    }
  }

  /** A rectangle of a picture, in pixels from its upper left corner. */
  record Tile(Picture picture, int x, int y, int width, int height) {
    private static final int ENCODED_BYTES = 7 * Integer.BYTES;

    Bytes encode() {
      return Bytes.of(
          ByteBuffer.allocate(ENCODED_BYTES)
              .putInt(picture.width)
              .putInt(picture.height)
              .putInt(picture.iterations)
              .putInt(x)
              .putInt(y)
              .putInt(width)
              .putInt(height)
              .array());
    }

    /** Reads what {@link #encode} wrote; throws IOException when it is out of range. */
    static Tile decode(Bytes arguments) throws IOException {
      if (arguments.size() != ENCODED_BYTES) {
        throw new IOException("a tile is " + ENCODED_BYTES + " bytes");
      }
      ByteBuffer in = ByteBuffer.wrap(arguments.toByteArray());
      Picture picture = new Picture(in.getInt(), in.getInt(), in.getInt());
      Tile tile = new Tile(picture, in.getInt(), in.getInt(), in.getInt(), in.getInt());
      if (!tile.isInRange()) {
        throw new IOException("tile out of range");
      }
      return tile;
    }

    private boolean isInRange() {
      return isWithin(picture.width, 1, SIDE_MAX)
          && isWithin(picture.height, 1, SIDE_MAX)
          && isWithin(picture.iterations, 1, ITERATIONS_MAX)
          && isWithin(x, 0, picture.width - 1)
          && isWithin(y, 0, picture.height - 1)
          && isWithin(width, 1, picture.width - x)
          && isWithin(height, 1, picture.height - y);
    }

    private static boolean isWithin(int value, int least, int most) {
      return value >= least && value <= most;
    }

    /** Returns the length of the rendered tile: red, green and blue of each pixel, row by row. */
    int renderedBytes() {
      return Math.multiplyExact(Math.multiplyExact(width, height), 3);
    }

    byte[] renderRow(int row) {
      byte[] colours = new byte[width * 3];
      for (int column = 0; column < width; column++) {
        int count = escape(x + column, y + row);
        int colour = count == picture.iterations ? 0 : colour(count);
        colours[3 * column] = (byte) (colour >> 16);
        colours[3 * column + 1] = (byte) (colour >> 8);
        colours[3 * column + 2] = (byte) colour;
      }
      return colours;
    }

    private int escape(int pixelX, int pixelY) {
      double span = 3.0 / Math.max(picture.width, picture.height);
      double real = -0.65 + (pixelX - picture.width / 2.0) * span;
      double imaginary = (pixelY - picture.height / 2.0) * span;
      double re = 0;
      double im = 0;
      int count = 0;
      while (count < picture.iterations && re * re + im * im <= 4.0) {
        double next = re * re - im * im + real;
        im = 2 * re * im + imaginary;
        re = next;
        count++;
      }
      return count;
    }

    private static int colour(int count) {
      int shade = Math.min(255, 24 + count * 6);
      int green = Math.min(255, count * count / 6);
      return (Math.min(255, count * 2) << 16) | (green << 8) | shade;
    }
  }

  @Override
  public void run(JobRun run) throws IOException {
    Tile tile = Tile.decode(run.arguments());
    for (int row = 0; row < tile.height; row++) {
      if (run.isCancelled()) {
        return;
      }
      run.output().write(tile.renderRow(row));
      run.progress(1000 * (row + 1) / tile.height);
    }
  }
}
