/** Internal: framing, the scan before protobuf is parsed, and text from peers made safe. */
@NullMarked
package io.surgemesh.wire;

import org.jspecify.annotations.NullMarked;
