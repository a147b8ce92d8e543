package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.Perf;
import io.surgemesh.host.PerfRun;
import io.surgemesh.identity.MeshException.ProtocolNotSupported;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code /perf/1.0.0} between hosts on loopback. */
@Tag("socket")
@Timeout(60)
class PerfTest {
  private static final long UPLOAD_BYTES = (16 << 20) + 3;
  private static final long DOWNLOAD_BYTES = (8 << 20) + 5;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Hosts hosts = new Hosts();
  private final NettyHost client = hosts.start();
  private final NettyHost server = hosts.start();

  @AfterEach
  void close() {
    hosts.close();
  }

  private PerfRun start() {
    Hosts.await(client.connect(Hosts.addressOf(server)));
    return Perf.start(client, server.peerId(), UPLOAD_BYTES, DOWNLOAD_BYTES, PATIENCE);
  }

  @Test
  void severalAtOnceMoveExactlyWhatWasAskedFor() {
    Perf.serve(server);
    List<PerfRun> runs = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      runs.add(start());
    }
    for (PerfRun run : runs) {
      assertThat(Hosts.await(run.result()).upload()).isPositive();
      assertThat(run.uploadedBytes()).isEqualTo(UPLOAD_BYTES);
      assertThat(run.downloadedBytes()).isEqualTo(DOWNLOAD_BYTES);
    }
  }

  @Test
  void nobodyServesItUnasked() {
    Throwable failure = Hosts.awaitFailure(start().result());
    assertThat(failure).isInstanceOf(ProtocolNotSupported.class);
  }
}
