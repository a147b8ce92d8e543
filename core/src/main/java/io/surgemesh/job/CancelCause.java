package io.surgemesh.job;

import io.surgemesh.identity.MeshException.JobFailed;
import io.surgemesh.wire.pb.CancelReason;

/** Why an agreement ended early; the first ones are named as in job.proto and travel. */
enum CancelCause {
  UNKNOWN(true, JobFailed.Reason.CANCELLED),
  REQUESTED(true, JobFailed.Reason.CANCELLED),
  LATE_COMMIT(true, JobFailed.Reason.TIMED_OUT),
  JOB_FAILED(true, JobFailed.Reason.HANDLER_FAILED),
  OUT_OF_TIME(true, JobFailed.Reason.TIMED_OUT),
  INPUT_WRONG(true, JobFailed.Reason.INPUT_WRONG),
  OUTPUT_TOO_LARGE(true, JobFailed.Reason.OUTPUT_TOO_LARGE),
  OUTPUT_WRONG(true, JobFailed.Reason.OUTPUT_WRONG),
  RECEIPT_WRONG(true, JobFailed.Reason.RECEIPT_WRONG),
  DRAINING(true, JobFailed.Reason.DRAINING),
  PROTOCOL(true, JobFailed.Reason.MISBEHAVED),
  LEDGER(true, JobFailed.Reason.LEDGER),
  /** No control frame came for the grace; known to one side only. */
  SILENT(false, JobFailed.Reason.PEER_LOST),
  /** A stream broke; known to one side only. */
  BROKEN(false, JobFailed.Reason.PEER_LOST),
  /** No stream to the peer could be had; known to one side only. */
  UNREACHABLE(false, JobFailed.Reason.PEER_LOST);

  private static final String WIRE_PREFIX = "CANCEL_REASON_";

  private final boolean travels;
  private final JobFailed.Reason reason;

  CancelCause(boolean travels, JobFailed.Reason reason) {
    this.travels = travels;
    this.reason = reason;
  }

  /** Returns what the user is told. */
  JobFailed.Reason reason() {
    return reason;
  }

  /** Returns what the other side is told; unknown when this is known to one side only. */
  CancelReason toMessage() {
    return CancelReason.valueOf(WIRE_PREFIX + (travels ? this : UNKNOWN).name());
  }

  /** Returns the cause; those of later versions are {@link #UNKNOWN}. */
  static CancelCause fromMessage(CancelReason message) {
    return message == CancelReason.UNRECOGNIZED
        ? UNKNOWN
        : valueOf(message.name().substring(WIRE_PREFIX.length()));
  }
}
