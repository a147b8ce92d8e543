package io.surgemesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.gossip.CatchUp.Place;
import io.surgemesh.identity.PeerId;
import org.junit.jupiter.api.Test;

class CatchUpTest {
  private static final long MINUTE = 60_000_000_000L;
  private static final PeerId A = Peers.id(1);
  private final CatchUp catchUp = new CatchUp(MINUTE);

  @Test
  void aPeerIsServedAtOnceAndAMinuteLaterWhenItComesBackSooner() {
    catchUp.onSubscribed(A, "t", 0);
    assertThat(catchUp.poll()).isEqualTo(new Place(A, "t"));
    catchUp.onSubscribed(A, "u", 1);
    assertThat(catchUp.poll()).isEqualTo(new Place(A, "u"));

    catchUp.onSubscribed(A, "t", 10);
    catchUp.onSubscribed(A, "t", 20);
    assertThat(catchUp.poll()).isNull();
    assertThat(catchUp.deadlineNanos()).isEqualTo(MINUTE);
    catchUp.onTimeout(MINUTE);
    assertThat(catchUp.poll()).isEqualTo(new Place(A, "t"));
    assertThat(catchUp.poll()).isNull();
    assertThat(catchUp.deadlineNanos()).isEqualTo(CatchUp.NEVER);
  }

  @Test
  void aPeerThatIsGoneIsNotServed() {
    catchUp.onSubscribed(A, "t", 0);
    catchUp.poll();
    catchUp.onSubscribed(A, "t", 10);
    catchUp.onGone(A, 20);

    assertThat(catchUp.deadlineNanos()).isEqualTo(CatchUp.NEVER);
    catchUp.onTimeout(MINUTE);
    assertThat(catchUp.poll()).isNull();
  }
}
