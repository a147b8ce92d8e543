package io.surgemesh.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.Test;

class LeakWatchTest {
  @Test
  void aBufferThatIsLostIsReported() throws InterruptedException {
    assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
    assertThat(LeakWatch.collect()).isEmpty();
    lose();
    assertThat(LeakWatch.collect()).singleElement().asString().contains("LeakWatchTest");
  }

  private static void lose() {
    assertThat(ByteBufAllocator.DEFAULT.buffer(64).writeByte(1).refCnt()).isEqualTo(1);
  }
}
