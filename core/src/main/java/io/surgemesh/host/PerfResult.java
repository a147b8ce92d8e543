package io.surgemesh.host;

import java.time.Duration;

/**
 * How long the two directions of one measurement took, on the clock of the connection's loop.
 *
 * <p>Their sum is the time from the open stream to its end.
 *
 * @param upload from the open stream to the first byte that came back, or the peer's close when
 *     none was asked for: one round trip is part of it
 * @param download from there to the peer's close
 */
public record PerfResult(Duration upload, Duration download) {}
