package io.surgemesh.market;

/** One thing that {@link Requirements} ask of an offer. */
public enum Bound {
  /** The offer stands. */
  NOT_WITHDRAWN,
  /** The runtime is offered. */
  RUNTIME,
  /** Enough processor. */
  CPU,
  /** Enough memory. */
  MEMORY,
  /** Enough storage. */
  STORAGE,
  /** Enough graphics processors. */
  GPUS,
  /** The right kind of processor. */
  ARCHITECTURE,
  /** Prices in the same unit of account. */
  UNIT,
  /** A price of a cpu-second that is low enough; prices in another unit fail {@link #UNIT} only. */
  PRICE,
  /** A start that alone does not use up the budget; in another unit as {@link #PRICE}. */
  BUDGET,
  /** A wait that is short enough. */
  START_DELAY,
  /** The right region. */
  REGION,
  /** A provider among those wanted. */
  WANTED,
  /** A provider that is not excluded. */
  EXCLUDED;

  boolean holds(Requirements wanted, Offer offer) {
    return switch (this) {
      case NOT_WITHDRAWN -> !offer.withdrawn();
      case RUNTIME -> offer.runs(wanted.runtime());
      case CPU -> offer.resources().cpuMillicores() >= wanted.cpuMillicoresMin();
      case MEMORY -> offer.resources().memoryBytes() >= wanted.memoryBytesMin();
      case STORAGE -> offer.resources().storageBytes() >= wanted.storageBytesMin();
      case GPUS -> offer.resources().gpuCount() >= wanted.gpusMin();
      case ARCHITECTURE -> anyOr(wanted.architecture(), offer.resources().architecture());
      case UNIT -> sameUnit(wanted, offer);
      case PRICE ->
          !sameUnit(wanted, offer)
              || offer.price().perCpuSecond().compareTo(wanted.perCpuSecondMax()) <= 0;
      case BUDGET ->
          !sameUnit(wanted, offer) || offer.price().start().compareTo(wanted.budget()) <= 0;
      case START_DELAY -> offer.load().startDelay().compareTo(wanted.startDelayMax()) <= 0;
      case REGION -> anyOr(wanted.region(), offer.place().region());
      case WANTED -> wanted.wanted().isEmpty() || wanted.wanted().contains(offer.provider());
      case EXCLUDED -> !wanted.excluded().contains(offer.provider());
    };
  }

  /** Returns this bound as these requirements set it, such as {@code price <= 2}. */
  public String describe(Requirements wanted) {
    return switch (this) {
      case NOT_WITHDRAWN -> "not withdrawn";
      case RUNTIME -> "runtime " + wanted.runtime();
      case CPU -> "cpu >= " + wanted.cpuMillicoresMin() + " millicores";
      case MEMORY -> "memory >= " + wanted.memoryBytesMin() + " bytes";
      case STORAGE -> "storage >= " + wanted.storageBytesMin() + " bytes";
      case GPUS -> "GPUs >= " + wanted.gpusMin();
      case ARCHITECTURE -> "architecture " + wanted.architecture();
      case UNIT -> "unit " + wanted.unit();
      case PRICE -> "price <= " + wanted.perCpuSecondMax();
      case BUDGET -> "start price <= budget " + wanted.budget();
      case START_DELAY -> "start delay <= " + wanted.startDelayMax().toMillis() + " ms";
      case REGION -> "region " + wanted.region();
      case WANTED -> "provider among " + wanted.wanted().size() + " wanted";
      case EXCLUDED -> "provider not among " + wanted.excluded().size() + " excluded";
    };
  }

  private static boolean sameUnit(Requirements wanted, Offer offer) {
    return wanted.unit().equals(offer.price().unit());
  }

  private static boolean anyOr(String wanted, String offered) {
    return wanted.isEmpty() || wanted.equals(offered);
  }
}
