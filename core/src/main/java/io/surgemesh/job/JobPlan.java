package io.surgemesh.job;

import io.surgemesh.market.Requirements;
import io.surgemesh.multiformats.Bytes;
import java.time.Duration;

/** What a user submitted, without the means to read the input: machines do not read. */
record JobPlan(
    Bytes arguments,
    long inputBytes,
    Requirements requirements,
    long outputBytesMax,
    Duration runTimeMax,
    Duration deadline,
    int placementsMax,
    boolean repeatable) {}
