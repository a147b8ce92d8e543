package io.surgemesh.dht;

/**
 * How many peers there seem to be, this one included.
 *
 * @param peers the estimate, 1 or more
 * @param error the standard error of the estimate, relative to it: 0.05 says that in about two
 *     cases of three it is off by less than 5 %; 0 when all peers were counted
 * @param searches how many searches it is made from
 */
public record NetworkSize(double peers, double error, int searches) {}
