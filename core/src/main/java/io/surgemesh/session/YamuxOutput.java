package io.surgemesh.session;

/** What happened on a {@link Yamux} session. Internal. */
public sealed interface YamuxOutput {
  /** The peer opened a stream. */
  record Opened(int streamId) implements YamuxOutput {}

  /** The peer ended its direction of a stream. */
  record RemoteClosed(int streamId) implements YamuxOutput {}

  /** The peer reset a stream, which is gone. */
  record Reset(int streamId) implements YamuxOutput {}

  /** A stream that had no credit to send has some again. */
  record Credited(int streamId) implements YamuxOutput {}

  /** The peer takes no new streams, or we have no id left for any; open ones go on. */
  record WentAway(boolean normally) implements YamuxOutput {}

  /** The peer broke the protocol: send the frames that are left and close. */
  record Misbehaved(Reason reason) implements YamuxOutput {}

  /** The peer does not answer any more: close. */
  record Gone() implements YamuxOutput {}

  /** How a peer can break the protocol. */
  enum Reason {
    /** A version, type or flag that does not exist. */
    BAD_FRAME,
    /** A stream frame on the session, or a session frame on a stream. */
    BAD_STREAM_ID,
    /** A stream opened twice, or with an id of our side. */
    BAD_OPEN,
    /** More data than the window allows, or data after the end. */
    WINDOW_EXCEEDED,
    /** More credit than 32 bits hold. */
    CREDIT_OVERFLOW,
    /** Too many pings, resets, frames for unknown streams, or answers not picked up. */
    FLOOD
  }
}
