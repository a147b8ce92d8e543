/** The rules of the house, as tests over the classes and sources of all modules. */
@NullMarked
package io.surgemesh.house;

import org.jspecify.annotations.NullMarked;
