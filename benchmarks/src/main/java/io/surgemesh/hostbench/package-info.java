/** Measures this host and those of other libp2p implementations side by side. */
@NullMarked
package io.surgemesh.hostbench;

import org.jspecify.annotations.NullMarked;
