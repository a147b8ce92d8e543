package io.surgemesh.house;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** What machines may do, though it looks much like what they may not. */
final class Virtues {
  private Virtues() {}

  static Map<String, Integer> maps(List<String> names) {
    Map<String, Integer> map = new LinkedHashMap<>();
    map.putAll(
        names.stream()
            .collect(
                Collectors.toMap(
                    Function.identity(), String::length, Math::max, () -> new TreeMap<>())));
    return map;
  }

  static Set<String> shuffled(List<String> names, long seed) {
    List<String> copy = new ArrayList<>(names);
    Collections.shuffle(copy, new Random(seed));
    return new LinkedHashSet<>(copy);
  }

  static double spread(RandomGenerator random) {
    return StrictMath.log(random.nextDouble()) * Math.abs(random.nextInt());
  }

  static Instant later(Instant now) {
    return now.plus(Duration.ofSeconds(1));
  }
}
