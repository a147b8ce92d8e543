package io.surgemesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.job.JobHandler;
import io.surgemesh.market.Energy;
import io.surgemesh.market.Offer;
import io.surgemesh.market.Place;
import io.surgemesh.market.Price;
import io.surgemesh.market.Resources;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeshBuilderTest {
  private static final JobHandler NOTHING = run -> {};

  @TempDir Path directory;

  @Test
  void whatIsMissingIsNamedBeforeAnythingIsMade() {
    Path dataDir = directory.resolve("peer");
    assertThatThrownBy(() -> Mesh.builder(dataDir).start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("routing");
    assertThat(dataDir).doesNotExist();
  }

  @Test
  void valuesOutOfRangeAreRefusedAtOnce() {
    MeshBuilder builder = Mesh.builder(directory);
    assertThatThrownBy(() -> builder.meshName("No Spaces"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.listen("localhost:4001"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.offerTtl(Duration.ofMinutes(16)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT16M");
  }

  @Test
  void anOfferingNeedsHandlersWithProperNamesAndNotTooMany() {
    assertThatThrownBy(() -> offering(Map.of())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> offering(Map.of("", NOTHING)))
        .isInstanceOf(IllegalArgumentException.class);
    Map<String, JobHandler> many = new LinkedHashMap<>();
    for (int i = 0; i <= Offer.RUNTIMES_MAX; i++) {
      many.put("java:job" + i, NOTHING);
    }
    assertThatThrownBy(() -> offering(many)).isInstanceOf(IllegalArgumentException.class);
    many.remove("java:job0");
    assertThat(offering(many).handlers()).hasSize(Offer.RUNTIMES_MAX);
  }

  private static Offering offering(Map<String, JobHandler> handlers) {
    return new Offering(
        Resources.of(1000, 1 << 20),
        Price.perCpuSecond(1),
        Place.UNKNOWN,
        Energy.UNKNOWN,
        handlers);
  }
}
