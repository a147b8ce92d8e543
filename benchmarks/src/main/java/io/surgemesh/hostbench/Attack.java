package io.surgemesh.hostbench;

/** One way to trouble a host, in steps that take a moment each. Confined to one thread. */
interface Attack {
  /** Does it once more. What the victim refuses is no failure. */
  void step() throws InterruptedException;

  /** Lets go of all it holds. */
  void end();
}
