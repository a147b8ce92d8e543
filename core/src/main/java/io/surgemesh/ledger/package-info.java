/** A peer's own tamper-evident log of claims and receipts: kept, verified and exported. */
@NullMarked
package io.surgemesh.ledger;

import org.jspecify.annotations.NullMarked;
