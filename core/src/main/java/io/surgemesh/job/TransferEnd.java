package io.surgemesh.job;

/** Told on the connection's loop how a bulk stream of the requestor failed. */
@FunctionalInterface
interface TransferEnd {
  void onFailed(CancelCause cause);
}
