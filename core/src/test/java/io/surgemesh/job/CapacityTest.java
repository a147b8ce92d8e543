package io.surgemesh.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CapacityTest {
  private static Capacity of(int millicores, long memoryBytes) {
    Capacity capacity = new Capacity(1000);
    capacity.resize(millicores, memoryBytes);
    return capacity;
  }

  @Test
  void holdsTakeAtMostAQuarterOfWhatIsFree() {
    Capacity capacity = of(4000, 4000);
    Demand half = new Demand(500, 10, 10);

    assertThat(capacity.claim(half).hold()).isTrue();
    assertThat(capacity.claim(half).hold()).isTrue();
    assertThat(capacity.claim(half).hold()).isFalse();
    assertThat(capacity.freeMillicores()).isEqualTo(3000);
  }

  @Test
  void whatIsHeldForOneIsNotFreeForAnother() {
    Capacity capacity = of(4000, 4000);
    Capacity.Claim held = capacity.claim(new Demand(1000, 10, 10));
    assertThat(held.hold()).isTrue();

    Capacity.Claim all = capacity.claim(new Demand(4000, 10, 10));
    assertThat(all.take()).isFalse();
    held.unhold();
    assertThat(all.take()).isTrue();
    assertThat(held.take()).isFalse();
  }

  @Test
  void theSpoolComesBackAfterTheProcessor() {
    Capacity capacity = of(1000, 1000);
    Capacity.Claim claim = capacity.claim(new Demand(1000, 1000, 1000));
    assertThat(claim.take()).isTrue();
    assertThat(capacity.cpuBusyPermille()).isEqualTo(1000);

    claim.freeWork();
    claim.freeWork();
    assertThat(capacity.freeMillicores()).isEqualTo(1000);
    assertThat(capacity.fits(new Demand(1, 1, 1))).isFalse();
    claim.freeAll();
    claim.freeAll();
    assertThat(capacity.isIdle()).isTrue();
    assertThat(capacity.freeMillicores()).isEqualTo(1000);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void noSequenceOfHoldsAndClaimsOversells(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Capacity capacity = of(4000, 8000);
    List<Capacity.Claim> claims = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      if (claims.size() < 40 && random.nextInt(4) == 0) {
        claims.add(
            capacity.claim(
                new Demand(
                    1 + random.nextInt(2000), 1 + random.nextInt(4000), random.nextInt(500))));
      } else if (!claims.isEmpty()) {
        Capacity.Claim claim = claims.get(random.nextInt(claims.size()));
        switch (random.nextInt(5)) {
          case 0 -> claim.hold();
          case 1 -> claim.unhold();
          case 2 -> claim.take();
          case 3 -> claim.freeWork();
          default -> {
            claim.freeAll();
            claims.remove(claim);
          }
        }
      }
      assertThat(capacity.isOversold()).isFalse();
    }
    claims.forEach(Capacity.Claim::freeAll);
    assertThat(capacity.isIdle()).isTrue();
  }
}
