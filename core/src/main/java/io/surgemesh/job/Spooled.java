package io.surgemesh.job;

import io.surgemesh.multiformats.Bytes;

/**
 * Bytes that are all there, closed for writing.
 *
 * @param spool where; closed by whoever holds this last
 * @param bytes how many
 * @param sha256 their digest
 */
record Spooled(SpoolStore.Spool spool, long bytes, Bytes sha256) {}
