package io.surgemesh.job;

import io.surgemesh.host.ProtocolId;
import io.surgemesh.market.MeshName;

/** The two protocols of jobs. */
final class JobProtocols {
  private JobProtocols() {}

  static ProtocolId control(MeshName mesh) {
    return new ProtocolId(mesh.protocol("job/1.0.0"));
  }

  static ProtocolId data(MeshName mesh) {
    return new ProtocolId(mesh.protocol("job-data/1.0.0"));
  }
}
