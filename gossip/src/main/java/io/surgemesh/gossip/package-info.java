/** GossipSub and the offer board kept over it. */
@NullMarked
package io.surgemesh.gossip;

import org.jspecify.annotations.NullMarked;
