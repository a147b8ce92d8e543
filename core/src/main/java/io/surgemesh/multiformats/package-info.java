/** Self-describing values: varints, bytes, base encodings, multihashes and multiaddrs. */
@NullMarked
package io.surgemesh.multiformats;

import org.jspecify.annotations.NullMarked;
