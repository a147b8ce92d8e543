package io.surgemesh.ledger;

import io.surgemesh.multiformats.Bytes;

/**
 * Where a log goes on.
 *
 * @param size the next index
 * @param lastHash what the next entry binds
 */
record LedgerTail(long size, Bytes lastHash) {}
