package io.surgemesh.examples;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.stream.JsonWriter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * One JSON object a line, for programs that read a command's output. Thread-safe.
 *
 * <p>Everything but ASCII is escaped, so that neither the locale nor a lone surrogate can change
 * it.
 */
final class JsonLines {
  /** Writes one object piece by piece, for those too large to hold. */
  @FunctionalInterface
  interface Body {
    void writeTo(JsonWriter json) throws IOException;
  }

  private static final Gson GSON = new Gson();

  private final Writer out;

  JsonLines(OutputStream out) {
    this.out =
        new AsciiWriter(new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.US_ASCII)));
  }

  /** Returns a new object that begins with {@code "event": event}. */
  static JsonObject event(String event) {
    JsonObject object = new JsonObject();
    object.addProperty("event", event);
    return object;
  }

  void print(JsonObject object) {
    print(json -> GSON.toJson(object, json));
  }

  synchronized void print(Body body) {
    try {
      JsonWriter json = new JsonWriter(out);
      body.writeTo(json);
      json.flush();
      out.write('\n');
      out.flush();
    } catch (IOException gone) {
      throw new UncheckedIOException("stdout was closed", gone);
    }
  }

  private static final class AsciiWriter extends Writer {
    private static final String HEX = "0123456789abcdef";

    private final Writer ascii;

    AsciiWriter(Writer ascii) {
      this.ascii = ascii;
    }

    @Override
    public void write(char[] text, int offset, int length) throws IOException {
      for (int i = offset; i < offset + length; i++) {
        char c = text[i];
        if (c < 0x7f) {
          ascii.write(c);
        } else { // stands inside a JSON string, where an escape means the same
          ascii.write("\\u");
          for (int shift = 12; shift >= 0; shift -= 4) {
            ascii.write(HEX.charAt((c >> shift) & 0xf));
          }
        }
      }
    }

    @Override
    public void flush() throws IOException {
      ascii.flush();
    }

    @Override
    public void close() throws IOException {
      ascii.close();
    }
  }
}
