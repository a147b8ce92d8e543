/** Negotiating a job, moving its data, running it, and settling it: machines and their drivers. */
@NullMarked
package io.surgemesh.job;

import org.jspecify.annotations.NullMarked;
