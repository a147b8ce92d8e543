/** Kademlia: finds peers by id and by what they can do (libp2p kad-dht). */
@NullMarked
package io.surgemesh.dht;

import org.jspecify.annotations.NullMarked;
