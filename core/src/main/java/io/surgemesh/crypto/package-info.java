/** Internal: the arithmetic of keys, signatures and ciphers, in pure Java or by BoringSSL. */
@NullMarked
package io.surgemesh.crypto;

import org.jspecify.annotations.NullMarked;
