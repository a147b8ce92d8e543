package io.surgemesh.job;

import io.surgemesh.market.Agreement;
import io.surgemesh.market.Receipt;
import io.surgemesh.market.Task;
import io.surgemesh.market.Terms;
import io.surgemesh.multiformats.Bytes;
import java.util.List;

/** What a control frame says, its number aside; see job.proto. */
sealed interface Control {
  /** Which of the frames it is. */
  enum Kind {
    ASK,
    QUOTE,
    ACCEPT,
    COMMIT,
    REFUSE,
    CANCEL,
    PROGRESS,
    RECEIPT,
    RECEIPT_ACK,
    KEEP_ALIVE
  }

  /** Returns which of the frames this is. */
  Kind kind();

  /** The requestor asks for terms. */
  record Ask(Bytes offerHash, Task task, Terms wanted) implements Control {
    @Override
    public Kind kind() {
      return Kind.ASK;
    }
  }

  /**
   * The provider proposes terms.
   *
   * @param heldMillis how long capacity is held, as unsigned; 0 when it is not
   */
  record Quote(Terms terms, int heldMillis) implements Control {
    @Override
    public Kind kind() {
      return Kind.QUOTE;
    }
  }

  /** The requestor binds itself. */
  record Accept(Agreement agreement, Bytes signature, Task task) implements Control {
    @Override
    public Kind kind() {
      return Kind.ACCEPT;
    }
  }

  /** The provider binds itself. */
  record Commit(Bytes signature) implements Control {
    @Override
    public Kind kind() {
      return Kind.COMMIT;
    }
  }

  /** The provider will not. */
  record Refuse(List<Refusal> reasons, String line) implements Control {
    public Refuse {
      reasons = List.copyOf(reasons);
    }

    @Override
    public Kind kind() {
      return Kind.REFUSE;
    }
  }

  /** One side ends it early. */
  record Cancel(CancelCause cause, String line) implements Control {
    @Override
    public Kind kind() {
      return Kind.CANCEL;
    }
  }

  /** How far the provider is. */
  record Progress(int permille, long inputBytes) implements Control {
    @Override
    public Kind kind() {
      return Kind.PROGRESS;
    }
  }

  /** What the provider claims. */
  record ReceiptFrame(Receipt receipt, Bytes signature) implements Control {
    @Override
    public Kind kind() {
      return Kind.RECEIPT;
    }
  }

  /** The requestor signed the receipt of that number. */
  record ReceiptAck(long number, Bytes signature) implements Control {
    @Override
    public Kind kind() {
      return Kind.RECEIPT_ACK;
    }
  }

  /** Nothing but a sign of life. */
  record KeepAlive() implements Control {
    @Override
    public Kind kind() {
      return Kind.KEEP_ALIVE;
    }
  }
}
