/** The {@code surge bench} commands: figures that anyone can measure again. */
@NullMarked
package io.surgemesh.benchmarks;

import org.jspecify.annotations.NullMarked;
