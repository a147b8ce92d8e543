/** Tests of the benchmarks themselves; they time nothing. */
@NullMarked
package io.surgemesh.benchmarks;

import org.jspecify.annotations.NullMarked;
