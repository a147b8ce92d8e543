package io.surgemesh.house;

import io.netty.buffer.Unpooled;
import java.io.File;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** What no machine may do: one sin in each method. */
final class Sins {
  private Sins() {}

  static Object address() {
    return InetAddress.getLoopbackAddress();
  }

  static Object atomics(Map<String, CompletableFuture<String>> waiting) {
    return waiting;
  }

  static long units() {
    return TimeUnit.SECONDS.toNanos(1);
  }

  static Object thread() {
    return Thread.currentThread();
  }

  static long monotonicClock() {
    return System.nanoTime();
  }

  static LongSupplier wallClockByReference() {
    return System::currentTimeMillis;
  }

  static Supplier<Instant> instantInLambda() {
    return () -> Instant.now();
  }

  static Object clock() {
    return Clock.systemUTC();
  }

  static Object instantSource() {
    return InstantSource.system();
  }

  static DoubleUnaryOperator logarithm() {
    return Math::log;
  }

  static double power() {
    return Math.pow(2, 0.5);
  }

  static Object threadLocalRandom() {
    return ThreadLocalRandom.current();
  }

  static Object uuid() {
    return UUID.randomUUID();
  }

  static Object secureRandom(SecureRandom random) {
    return random;
  }

  static Object defaultRandom() {
    return RandomGenerator.getDefault();
  }

  static Object namedRandom() {
    return RandomGenerator.of("L64X128MixRandom");
  }

  static Object seedlessRandom() {
    return new Random();
  }

  static Object seedlessSplittableRandom() {
    return new SplittableRandom();
  }

  static void shuffle(List<String> names) {
    Collections.shuffle(names);
  }

  static Object setOf() {
    return Set.of("a", "b");
  }

  static Object mapOf() {
    return Map.of("a", "b");
  }

  static Object hashMap() {
    return new HashMap<String, String>();
  }

  static Supplier<Set<String>> hashSetByReference() {
    return HashSet::new;
  }

  static Object collectedSet(List<String> names) {
    return names.stream().collect(Collectors.toSet());
  }

  static Object collectedMap(List<String> names) {
    return names.stream().collect(Collectors.toMap(Function.identity(), String::length));
  }

  static Object parallel(List<String> names) {
    return names.parallelStream();
  }

  static int identity(Object any) {
    return System.identityHashCode(any);
  }

  static Object file() {
    return new File("a");
  }

  static Object path(Path path) {
    return path;
  }

  static Object logger() {
    return LoggerFactory.getLogger("a");
  }

  static Object netty() {
    return Unpooled.EMPTY_BUFFER;
  }

  static Object database(Connection connection) {
    return connection;
  }
}
