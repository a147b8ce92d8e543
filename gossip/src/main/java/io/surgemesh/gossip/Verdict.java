package io.surgemesh.gossip;

/** What became of a message that was judged. */
public enum Verdict {
  /** It is sound: it is delivered and forwarded. */
  ACCEPT,
  /** It is the fault of those who sent it: not forwarded, and held against them. */
  REJECT,
  /** It is of no use, which nobody is to blame for: not forwarded. */
  IGNORE,
  /**
   * It was not judged, since there was no room for that: not forwarded, and forgotten, so that the
   * same message may come from another peer. Were it remembered as seen, a peer past its budget
   * could keep honest messages from being heard.
   */
  FORGET
}
