package io.surgemesh.job;

import io.surgemesh.identity.PeerId;
import io.surgemesh.market.MeshName;
import io.surgemesh.market.Task;
import io.surgemesh.market.Terms;
import io.surgemesh.multiformats.Bytes;

/**
 * What a requestor proposes to one provider.
 *
 * @param offerHash of the offer it saw
 * @param wanted the terms it asks for
 */
record Proposal(
    MeshName meshName,
    PeerId requestor,
    PeerId provider,
    Bytes offerHash,
    Task task,
    Terms wanted) {}
