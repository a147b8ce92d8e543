package io.surgemesh.hostbench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * How to start one implementation's peer.
 *
 * @param name as tables show it
 * @param command what comes before the peer's own arguments
 */
record PeerProgram(String name, List<String> command) {
  static final String OURS = "surgemesh";
  static final String OURS_NATIVE = "surgemesh-native";
  private static final String NATIVE_OFF = "-Dio.surgemesh.nativeCrypto=false";
  private static final Set<String> COMPILED_AHEAD = Set.of("go", "rust");
  private static final Path TASKSET = Path.of("/usr/bin/taskset");

  /** Returns ours in pure Java, run by this JVM's java with this class path. */
  static PeerProgram ours() {
    return ours(List.of(), OurPeer.class, "-Xmx1g");
  }

  /** Returns the same with native crypto. */
  static PeerProgram oursNative() {
    List<String> command = new ArrayList<>(ours().command());
    command.remove(NATIVE_OFF);
    return new PeerProgram(OURS_NATIVE, List.copyOf(command));
  }

  /** Returns one of ours that does nothing. */
  static PeerProgram idle() {
    return ours(List.of(), IdlePeer.class);
  }

  /**
   * Returns ours on one processor of its own.
   *
   * @param core counted from 0; without effect where there is no {@code taskset}
   * @param jvmOptions besides the class path
   */
  static PeerProgram oursOn(int core, String... jvmOptions) {
    boolean pinned = Files.isExecutable(TASKSET);
    List<String> pinning =
        pinned ? List.of(TASKSET.toString(), "-c", String.valueOf(core)) : List.of();
    return ours(pinning, OurPeer.class, jvmOptions);
  }

  private static PeerProgram ours(List<String> before, Class<?> main, String... jvmOptions) {
    List<String> command = new ArrayList<>(before);
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of(jvmOptions));
    command.add(NATIVE_OFF);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    return new PeerProgram(OURS, List.copyOf(command));
  }

  /** Returns whether it is one of ours, with native crypto or without. */
  boolean isOurs() {
    return name.equals(OURS) || name.equals(OURS_NATIVE);
  }

  /** Returns whether it is at its speed from the start, as machine code. */
  boolean isCompiledAhead() {
    return COMPILED_AHEAD.contains(name);
  }

  /** Returns what starts it with these arguments; its errors go to our own. */
  ProcessBuilder process(String... arguments) {
    List<String> whole = new ArrayList<>(command);
    whole.addAll(List.of(arguments));
    return new ProcessBuilder(whole).redirectError(ProcessBuilder.Redirect.INHERIT);
  }
}
