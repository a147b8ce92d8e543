/** Tests of the long random runs: that the checkers can fail, and that fixed seeds do not. */
@NullMarked
package io.surgemesh.vopr;

import org.jspecify.annotations.NullMarked;
