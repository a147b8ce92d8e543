/** Runnable peers and the {@code surge} command line. */
@NullMarked
package io.surgemesh.examples;

import org.jspecify.annotations.NullMarked;
