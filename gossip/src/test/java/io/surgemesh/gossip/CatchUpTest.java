package io.surgemesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.gossip.CatchUp.Place;
import io.surgemesh.gossip.CatchUp.Share;
import io.surgemesh.identity.PeerId;
import org.junit.jupiter.api.Test;

class CatchUpTest {
  private static final long MINUTE = 60_000_000_000L;
  private static final PeerId A = Peers.id(1);
  private final CatchUp catchUp = new CatchUp(MINUTE);

  @Test
  void aPeerIsServedAtOnceAndAMinuteLaterWhenItComesBackSooner() {
    catchUp.onNews(A, "t", Share.ALL, 0);
    assertThat(catchUp.poll()).isEqualTo(new Place(A, "t", Share.ALL));
    catchUp.onNews(A, "u", Share.ALL, 1);
    assertThat(catchUp.poll()).isEqualTo(new Place(A, "u", Share.ALL));

    catchUp.onNews(A, "t", Share.ALL, 10);
    catchUp.onNews(A, "t", Share.ALL, 20);
    assertThat(catchUp.poll()).isNull();
    assertThat(catchUp.deadlineNanos()).isEqualTo(MINUTE);
    catchUp.onTimeout(MINUTE);
    assertThat(catchUp.poll()).isEqualTo(new Place(A, "t", Share.ALL));
    assertThat(catchUp.poll()).isNull();
    assertThat(catchUp.deadlineNanos()).isEqualTo(CatchUp.NEVER);
  }

  @Test
  void aPeerThatIsGoneIsNotServed() {
    catchUp.onNews(A, "t", Share.ALL, 0);
    catchUp.poll();
    catchUp.onNews(A, "t", Share.ALL, 10);
    catchUp.onGone(A, 20);

    assertThat(catchUp.deadlineNanos()).isEqualTo(CatchUp.NEVER);
    catchUp.onTimeout(MINUTE);
    assertThat(catchUp.poll()).isNull();
  }
}
