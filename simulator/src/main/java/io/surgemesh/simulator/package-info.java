/** Virtual time and a simulated network, on which the same protocol code runs as on sockets. */
@NullMarked
package io.surgemesh.simulator;

import org.jspecify.annotations.NullMarked;
