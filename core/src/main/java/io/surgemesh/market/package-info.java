/** What is traded and what remains as proof: offers, requirements, agreements, receipts. */
@NullMarked
package io.surgemesh.market;

import org.jspecify.annotations.NullMarked;
