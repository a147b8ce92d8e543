package io.surgemesh.job;

import io.surgemesh.host.Host;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.Signatures;
import io.surgemesh.ledger.Ledger;
import io.surgemesh.market.MeshName;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * What selling and buying of one peer stand on.
 *
 * @param host the peer's end of the network; its loop is the mesh loop
 * @param meshName part of the protocol ids and of every agreement
 * @param keyPair the peer's identity, which signs agreements and receipts
 * @param signatures how to sign and verify; slow, so off the loops
 * @param wallClock for the expiry of offers only
 * @param random the mesh loop's source of randomness; confined to that loop
 * @param ledger this peer's own log
 */
public record JobEnvironment(
    Host host,
    MeshName meshName,
    KeyPair keyPair,
    Signatures signatures,
    InstantSource wallClock,
    RandomGenerator random,
    Ledger ledger) {}
