package io.surgemesh.job;

/** What a refused job did not meet; named as in job.proto. */
enum Constraint {
  UNKNOWN(false),
  NOT_ADMITTED(false),
  CAPACITY(true),
  RUNTIME(false),
  PRICE(false),
  INPUT_BYTES(false),
  OUTPUT_BYTES(false),
  RUN_TIME(false),
  OFFER_UNKNOWN(true),
  KEY_TYPE(false),
  AGREEMENT(false),
  TOO_MANY(true),
  DRAINING(true),
  MEMORY(true),
  LEDGER(true);

  private static final String WIRE_PREFIX = "CONSTRAINT_";

  private final boolean passing;

  Constraint(boolean passing) {
    this.passing = passing;
  }

  /** Returns whether asking the same provider again later may help. */
  boolean passing() {
    return passing;
  }

  io.surgemesh.wire.pb.Constraint toMessage() {
    return io.surgemesh.wire.pb.Constraint.valueOf(WIRE_PREFIX + name());
  }

  /** Returns the constraint; those of later versions are {@link #UNKNOWN}. */
  static Constraint fromMessage(io.surgemesh.wire.pb.Constraint message) {
    return message == io.surgemesh.wire.pb.Constraint.UNRECOGNIZED
        ? UNKNOWN
        : valueOf(message.name().substring(WIRE_PREFIX.length()));
  }
}
