package io.surgemesh.market;

import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.pb.EnergyProvenance;

/**
 * What a provider's work draws, and how clean it is.
 *
 * @param idleMilliwatts drawn without work, 0 to 10^9
 * @param peakMilliwatts drawn at full load, 0 to 10^9
 * @param gramsCo2ePerKwh of the power it uses now, 0 to 100,000
 * @param provenance where the figures come from
 */
public record Energy(
    int idleMilliwatts, int peakMilliwatts, int gramsCo2ePerKwh, Provenance provenance) {
  /** Nothing said. */
  public static final Energy UNKNOWN = new Energy(0, 0, 0, Provenance.UNKNOWN);

  private static final int MILLIWATTS_MAX = 1_000_000_000;

  /** Where figures of energy come from. */
  public enum Provenance {
    /** Nothing is known; the figures mean nothing. */
    UNKNOWN,
    /** Read from a meter. */
    MEASURED,
    /** Computed from load. */
    MODELLED,
    /** Said by the owner. */
    DECLARED
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value out of range
   */
  public Energy {
    Ranges.require(idleMilliwatts, 0, MILLIWATTS_MAX, "idleMilliwatts");
    Ranges.require(peakMilliwatts, 0, MILLIWATTS_MAX, "peakMilliwatts");
    Ranges.require(gramsCo2ePerKwh, 0, 100_000, "gramsCo2ePerKwh");
  }

  io.surgemesh.wire.pb.Energy toMessage() {
    return io.surgemesh.wire.pb.Energy.newBuilder()
        .setIdleMilliwatts(idleMilliwatts)
        .setPeakMilliwatts(peakMilliwatts)
        .setGramsCo2EPerKwh(gramsCo2ePerKwh)
        .setProvenance(wireProvenance())
        .build();
  }

  private EnergyProvenance wireProvenance() {
    return switch (provenance) {
      case UNKNOWN -> EnergyProvenance.ENERGY_PROVENANCE_UNKNOWN;
      case MEASURED -> EnergyProvenance.ENERGY_PROVENANCE_MEASURED;
      case MODELLED -> EnergyProvenance.ENERGY_PROVENANCE_MODELLED;
      case DECLARED -> EnergyProvenance.ENERGY_PROVENANCE_DECLARED;
    };
  }

  /** A provenance of a later version counts as unknown. */
  static Energy fromMessage(io.surgemesh.wire.pb.Energy message) throws MalformedMessageException {
    Provenance provenance =
        switch (message.getProvenance()) {
          case ENERGY_PROVENANCE_MEASURED -> Provenance.MEASURED;
          case ENERGY_PROVENANCE_MODELLED -> Provenance.MODELLED;
          case ENERGY_PROVENANCE_DECLARED -> Provenance.DECLARED;
          case ENERGY_PROVENANCE_UNKNOWN, UNRECOGNIZED -> Provenance.UNKNOWN;
        };
    return Decoding.value(
        () ->
            new Energy(
                message.getIdleMilliwatts(),
                message.getPeakMilliwatts(),
                message.getGramsCo2EPerKwh(),
                provenance));
  }
}
