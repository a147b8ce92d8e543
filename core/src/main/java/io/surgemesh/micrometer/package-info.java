/** The host's metrics in a Micrometer registry, for applications that have one. */
@NullMarked
package io.surgemesh.micrometer;

import org.jspecify.annotations.NullMarked;
