package io.surgemesh.simulator;

import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.machine.Machine;
import io.surgemesh.machine.MachineDriver;
import io.surgemesh.session.ConnectionUpgrade;
import java.nio.ByteBuffer;

/** Drives a {@link ConnectionUpgrade} over a fresh byte pipe. */
final class SessionUpgrade {
  /** Told once how the upgrade ended. */
  interface Listener {
    void onUpgraded(ConnectionUpgrade.Ready ready);

    void onUpgradeFailed(Unreachable.Reason reason);

    /** Takes bytes again, after it has left some. */
    void onResumed();
  }

  private final VirtualLoop loop;
  private final BytePipe pipe;
  private final Listener listener;
  private final MachineDriver<ConnectionUpgrade, ConnectionUpgrade.Output> driver;

  SessionUpgrade(VirtualLoop loop, BytePipe pipe, ConnectionUpgrade machine, Listener listener) {
    this.loop = loop;
    this.pipe = pipe;
    this.listener = listener;
    this.driver = new MachineDriver<>(loop, machine, this::perform, SessionUpgrade::fail);
  }

  void begin() {
    // Nothing has timed out yet: sends the first flight and arms the timer.
    driver.input(Machine::onTimeout);
    pipe.flush();
  }

  /**
   * Takes bytes of the pipe; what it leaves is to be offered again once it resumes, or is ready.
   */
  void onBytes(ByteBuffer bytes) {
    driver.input((machine, nowNanos) -> machine.onBytes(bytes, nowNanos));
    pipe.flush();
  }

  void onClosed() {
    driver.input(ConnectionUpgrade::onClosed);
  }

  /** Ends in silence. */
  void stop() {
    driver.stop();
  }

  private void perform(ConnectionUpgrade.Output output) {
    if (output instanceof ConnectionUpgrade.Send send) {
      byte[] bytes = new byte[send.bytes().remaining()];
      send.bytes().get(bytes);
      pipe.write(bytes, bytes.length);
    } else if (output instanceof ConnectionUpgrade.Verify verify) {
      verify(verify);
    } else if (output instanceof ConnectionUpgrade.Ready ready) {
      pipe.flush();
      listener.onUpgraded(ready);
    } else if (output instanceof ConnectionUpgrade.Failed failed) {
      listener.onUpgradeFailed(failed.reason());
    }
  }

  private void verify(ConnectionUpgrade.Verify verify) {
    loop.offload(
        () -> verify.key().verify(verify.message().toByteArray(), verify.signature().toByteArray()),
        (valid, failure) -> {
          driver.input(
              (machine, nowNanos) -> machine.onVerified(Boolean.TRUE.equals(valid), nowNanos));
          pipe.flush();
          listener.onResumed();
        });
  }

  private static void fail(RuntimeException bug) {
    throw bug;
  }
}
