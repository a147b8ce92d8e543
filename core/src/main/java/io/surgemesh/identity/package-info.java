/** Who a peer is: keys, peer ids, what they sign, and the errors that name a peer. */
@NullMarked
package io.surgemesh.identity;

import org.jspecify.annotations.NullMarked;
