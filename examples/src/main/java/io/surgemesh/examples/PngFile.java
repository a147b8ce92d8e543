package io.surgemesh.examples;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A picture being put together from rendered tiles, then written as PNG. */
final class PngFile {
  private final BufferedImage image;

  PngFile(int width, int height) {
    System.setProperty("java.awt.headless", "true");
    image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
  }

  /** Draws one tile from its rendered bytes, red, green and blue of each pixel. */
  void draw(Mandelbrot.Tile tile, byte[] rendered) throws SurgeException {
    if (rendered.length != tile.renderedBytes()) {
      throw new SurgeException(
          "a tile came back with " + rendered.length + " bytes, not " + tile.renderedBytes());
    }
    for (int row = 0; row < tile.height(); row++) {
      for (int column = 0; column < tile.width(); column++) {
        int at = 3 * (row * tile.width() + column);
        int rgb =
            (rendered[at] & 0xff) << 16
                | (rendered[at + 1] & 0xff) << 8
                | (rendered[at + 2] & 0xff);
        image.setRGB(tile.x() + column, tile.y() + row, rgb);
      }
    }
  }

  void write(Path file) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (!ImageIO.write(image, "png", file.toFile())) {
      throw new IOException("no PNG writer in this Java");
    }
  }

  /** Renders a whole picture in this process. */
  static PngFile renderedHere(Mandelbrot.Picture picture) throws SurgeException {
    PngFile file = new PngFile(picture.width(), picture.height());
    Mandelbrot.Tile whole = picture.whole();
    byte[] rendered = new byte[whole.renderedBytes()];
    for (int row = 0; row < whole.height(); row++) {
      byte[] colours = whole.renderRow(row);
      System.arraycopy(colours, 0, rendered, row * colours.length, colours.length);
    }
    file.draw(whole, rendered);
    return file;
  }
}
