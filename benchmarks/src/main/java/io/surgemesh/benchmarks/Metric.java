package io.surgemesh.benchmarks;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.util.Locale;

/**
 * One figure beside its target.
 *
 * @param id as in the list of targets; after {@code #} stands the case
 * @param value what was measured
 * @param unit of value and target
 * @param against what exactly was measured, and under which conditions the target asks for it
 * @param target the bound
 * @param atMost whether the target is an upper bound; otherwise it is a lower one
 */
record Metric(String id, Number value, String unit, String against, Number target, boolean atMost) {
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  /** Returns whether the value of this run reaches the target, under this run's conditions. */
  boolean met() {
    return atMost
        ? value.doubleValue() <= target.doubleValue()
        : value.doubleValue() >= target.doubleValue();
  }

  /** Returns the same that also says what peers under plain rules came to. */
  Metric beside(Metric plain) {
    String with = String.format(Locale.ROOT, "; plain rules: %.4f", plain.value.doubleValue());
    return new Metric(id, value, unit, against + with, target, atMost);
  }

  /** Returns one line of JSON. */
  String json(int peers, long seed) {
    JsonObject line = new JsonObject();
    line.addProperty("metric", id);
    line.addProperty("value", value);
    line.addProperty("unit", unit);
    line.addProperty("against", against);
    line.addProperty("target", target);
    line.addProperty("met", met());
    line.addProperty("peers", peers);
    line.addProperty("seed", seed);
    return GSON.toJson(line);
  }
}
