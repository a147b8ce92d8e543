package io.surgemesh.leaks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeakWatchTest {
  @Test
  void everyBufferIsWatched() {
    assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
  }

  @Test
  void aBufferThatIsLostFailsTheRun() throws InterruptedException {
    LeakWatch.require(LeakReports.collect());
    lose();
    List<String> reports = LeakReports.collect();
    assertThat(reports).hasSize(1);
    assertThat(reports.get(0)).startsWith("LEAK: ").contains("LeakWatchTest");
    assertThatThrownBy(() -> LeakWatch.require(reports)).isInstanceOf(AssertionError.class);
  }

  @Test
  void aBufferThatIsReleasedDoesNot() throws InterruptedException {
    assertThat(ByteBufAllocator.DEFAULT.buffer(64).writeByte(1).release()).isTrue();
    LeakWatch.require(LeakReports.collect());
  }

  private static void lose() {
    assertThat(ByteBufAllocator.DEFAULT.buffer(64).writeByte(1).refCnt()).isEqualTo(1);
  }
}
