package io.surgemesh.host;

/** Takes streams that peers open with a protocol registered by {@link Host#handle}. */
@FunctionalInterface
public interface StreamAcceptor {
  /**
   * Returns who listens to a new inbound stream; called on {@link Connection#loop()} before any of
   * its data is delivered.
   */
  StreamListener accept(Stream stream);
}
