package io.surgemesh.simulator;

import io.surgemesh.host.ProtocolId;

/**
 * What one end of a connection sends the other: the multiplexer's frames, or at byte level segments
 * of bytes.
 */
sealed interface Frame {
  TraceKind kind();

  /** Returns the length that the trace shows. */
  default int length() {
    return 0;
  }

  /** The first flight of a stream: its id and the one protocol proposed. */
  record Open(int stream, ProtocolId protocol) implements Frame {
    @Override
    public TraceKind kind() {
      return TraceKind.OPEN;
    }

    @Override
    public int length() {
      return protocol.value().length();
    }
  }

  record Accept(int stream) implements Frame {
    @Override
    public TraceKind kind() {
      return TraceKind.ACCEPT;
    }
  }

  record Refuse(int stream) implements Frame {
    @Override
    public TraceKind kind() {
      return TraceKind.REFUSE;
    }
  }

  /** Bytes of a stream; whoever takes the frame owns the array. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Data(int stream, byte[] bytes) implements Frame {
    @Override
    public TraceKind kind() {
      return TraceKind.DATA;
    }

    @Override
    public int length() {
      return bytes.length;
    }
  }

  record Credit(int stream, int bytes) implements Frame {
    @Override
    public TraceKind kind() {
      return TraceKind.CREDIT;
    }

    @Override
    public int length() {
      return bytes;
    }
  }

  record CloseWrite(int stream) implements Frame {
    @Override
    public TraceKind kind() {
      return TraceKind.CLOSE_WRITE;
    }
  }

  record Reset(int stream) implements Frame {
    @Override
    public TraceKind kind() {
      return TraceKind.RESET;
    }
  }

  record Disconnect() implements Frame {
    @Override
    public TraceKind kind() {
      return TraceKind.DISCONNECT;
    }
  }

  /** A segment of a pipe of bytes; whoever takes the frame owns the array. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Segment(byte[] bytes) implements Frame {
    @Override
    public TraceKind kind() {
      return TraceKind.BYTES;
    }

    @Override
    public int length() {
      return bytes.length;
    }
  }

  /** Makes room in a pipe of bytes: so many that had arrived are taken out of it. */
  record Taken(int bytes) implements Frame {
    @Override
    public TraceKind kind() {
      return TraceKind.TAKEN;
    }

    @Override
    public int length() {
      return bytes;
    }
  }
}
