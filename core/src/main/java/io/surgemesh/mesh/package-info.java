/** The facade that applications see, and the ports it stands on. */
@NullMarked
package io.surgemesh.mesh;

import org.jspecify.annotations.NullMarked;
