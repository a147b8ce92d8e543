/** Peers as seen by protocols: connections, streams, known addresses, identify and ping. */
@NullMarked
package io.surgemesh.host;

import org.jspecify.annotations.NullMarked;
