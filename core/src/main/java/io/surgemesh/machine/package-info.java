/** The contract of protocol machines, and the one driver that runs them. */
@NullMarked
package io.surgemesh.machine;

import org.jspecify.annotations.NullMarked;
