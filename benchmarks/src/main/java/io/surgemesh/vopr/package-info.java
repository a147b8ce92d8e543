/**
 * Long random runs of whole meshes, after TigerBeetle's simulator of the same name: one seed draws
 * everything, checkers that know nothing of the workload look at what happens, and a run that fails
 * is shrunk and can be repeated.
 */
@NullMarked
package io.surgemesh.vopr;

import org.jspecify.annotations.NullMarked;
