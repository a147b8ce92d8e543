package io.surgemesh.mesh;

import io.surgemesh.job.Admission;
import io.surgemesh.job.JobConfig;
import java.time.Duration;

/** The choices made in a {@link MeshBuilder}. */
record MeshSettings(
    PeerRouting.Factory routing,
    OfferBoard.Factory offers,
    Admission admission,
    JobConfig jobs,
    Duration offerTtl) {}
