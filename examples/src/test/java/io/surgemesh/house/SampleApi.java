package io.surgemesh.house;

import com.google.protobuf.ByteString;
import java.util.List;

/** An API type with three faults in its signatures, and some that do not count. */
public class SampleApi {
  final List<ByteString> hidden = List.of();

  public List<ByteString> foreignResult() {
    return hidden;
  }

  public void foreignParameter(ByteString[] bytes) {}

  protected void innerException() throws InnerException {}

  public <T extends SampleApi> List<T> fine(List<? extends String> names) {
    return List.of();
  }

  static final class Inner {
    /** Public, but nobody outside can reach it. */
    public ByteString unseen() {
      return ByteString.EMPTY;
    }
  }
}
