package io.surgemesh.examples;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a picture's size given on the command line. */
final class PictureSize {
  private static final int ITERATIONS = 1500;
  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,4})x([1-9][0-9]{0,4})");

  private PictureSize() {}

  static Mandelbrot.Picture parse(String text) throws SurgeException {
    Matcher matcher = FORM.matcher(text);
    if (matcher.matches()) {
      int width = Integer.parseInt(matcher.group(1));
      int height = Integer.parseInt(matcher.group(2));
      if (width <= Mandelbrot.SIDE_MAX && height <= Mandelbrot.SIDE_MAX) {
        return new Mandelbrot.Picture(width, height, ITERATIONS);
      }
    }
    throw new SurgeException(
        "--size is WIDTHxHEIGHT, each 1 to " + Mandelbrot.SIDE_MAX + ", not '" + text + "'");
  }
}
