/** Files of what a peer has learned and may lose, written behind its back. */
@NullMarked
package io.surgemesh.archive;

import org.jspecify.annotations.NullMarked;
