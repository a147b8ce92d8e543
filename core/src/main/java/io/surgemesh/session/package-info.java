/**
 * Protocols that make a socket a session, as machines: multistream-select, Noise, yamux. Internal.
 */
@NullMarked
package io.surgemesh.session;

import org.jspecify.annotations.NullMarked;
