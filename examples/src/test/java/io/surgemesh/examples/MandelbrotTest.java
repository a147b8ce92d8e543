package io.surgemesh.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.multiformats.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MandelbrotTest {
  private final Mandelbrot.Picture picture = new Mandelbrot.Picture(100, 70, 200);
  @TempDir Path directory;

  @Test
  void tilesCoverEveryPixelOnce() {
    int[][] covered = new int[70][100];
    for (Mandelbrot.Tile tile : picture.tiles(32)) {
      for (int y = 0; y < tile.height(); y++) {
        for (int x = 0; x < tile.width(); x++) {
          covered[tile.y() + y][tile.x() + x]++;
        }
      }
    }
    for (int[] row : covered) {
      assertThat(row).containsOnly(1);
    }
  }

  @Test
  void aPictureOfTilesEqualsOneRenderedAtOnce() throws Exception {
    PngFile tiled = new PngFile(100, 70);
    for (Mandelbrot.Tile tile : picture.tiles(32)) {
      Mandelbrot.Tile sent = Mandelbrot.Tile.decode(tile.encode());
      ByteArrayOutputStream rendered = new ByteArrayOutputStream();
      for (int row = 0; row < sent.height(); row++) {
        rendered.write(sent.renderRow(row));
      }
      tiled.draw(tile, rendered.toByteArray());
    }
    tiled.write(directory.resolve("tiled.png"));
    PngFile.renderedHere(picture).write(directory.resolve("whole.png"));
    assertThat(directory.resolve("tiled.png"))
        .hasSameBinaryContentAs(directory.resolve("whole.png"));
    assertThat(Files.size(directory.resolve("whole.png"))).isGreaterThan(500);
  }

  @Test
  void aTileOutOfItsPictureIsRefused() {
    for (int[] values :
        List.of(
            new int[] {0, 70, 200, 0, 0, 1, 1},
            new int[] {100, 70, 0, 0, 0, 1, 1},
            new int[] {100, 70, 200, -1, 0, 1, 1},
            new int[] {100, 70, 200, 99, 0, 2, 1},
            new int[] {100, 70, 200, 0, 0, Integer.MAX_VALUE, Integer.MAX_VALUE},
            new int[] {1 << 30, 1 << 30, 200, 0, 0, 1, 1})) {
      ByteBuffer encoded = ByteBuffer.allocate(28);
      for (int value : values) {
        encoded.putInt(value);
      }
      assertThatThrownBy(() -> Mandelbrot.Tile.decode(Bytes.of(encoded.array())))
          .isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> Mandelbrot.Tile.decode(Bytes.EMPTY)).isInstanceOf(IOException.class);
  }
}
