/**
 * The host on sockets: connections, streams and loops over Netty; the only room that knows Netty.
 */
@NullMarked
package io.surgemesh.netty;

import org.jspecify.annotations.NullMarked;
