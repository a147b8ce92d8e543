package io.surgemesh.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.Signatures;
import io.surgemesh.market.Requirements;
import io.surgemesh.market.Resources;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class OneJobTest {
  static final JobHandler UPPER =
      run -> {
        try (InputStream input = run.input()) {
          String text = new String(input.readAllBytes(), StandardCharsets.UTF_8);
          run.progress(500);
          run.output().write(text.toUpperCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
        }
      };

  @Test
  void aJobIsAgreedRunDeliveredAndSettledInBothLogs() throws Exception {
    JobMarket market = new JobMarket(1);
    JobMarket.Seller seller =
        market.addSeller(Resources.of(4000, 1L << 30), Duration.ofSeconds(2), UPPER);
    JobMarket.Buyer buyer = market.addBuyer(JobMarket.config());
    List<String> told = new ArrayList<>();
    JobListener listener =
        new JobListener() {
          @Override
          public void onPlaced(io.surgemesh.identity.PeerId provider, int attempt) {
            told.add("placed " + attempt);
          }

          @Override
          public void onProgress(io.surgemesh.identity.PeerId provider, int permille) {
            told.add("progress " + permille);
          }
        };
    JobSpec spec =
        JobSpec.of(
            JobInput.of("hello mesh".getBytes(StandardCharsets.UTF_8)),
            Requirements.runtime(JobMarket.RUNTIME).withResources(1000, 1 << 20, 0));

    JobResult result = market.await(buyer.requestor().submit(spec, listener));

    try (InputStream output = result.openOutput()) {
      assertThat(output.readAllBytes()).asString().isEqualTo("HELLO MESH");
    }
    assertThat(result.placements()).isEqualTo(1);
    assertThat(result.receipt().verify(Signatures.ed25519())).isTrue();
    assertThat(result.receipt().receipt().amount().toBigInteger().longValueExact())
        .isBetween(2000L, 2400L);
    assertThat(result.runTime()).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(3));
    assertThat(told).startsWith("placed 1", "progress 0");
    market.network.time().runFor(Duration.ofSeconds(10));
    assertThat(buyer.log().size()).isCompletedWithValue(1L);
    assertThat(seller.log().size()).isCompletedWithValue(2L);
    assertThat(seller.provider().capacity().isIdle()).isTrue();
    assertThat(seller.spools().usedBytes()).isZero();
    result.close();
    assertThat(buyer.spools().usedBytes()).isZero();
  }
}
