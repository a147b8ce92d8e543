/**
 * The parts that bytes pass on their way through a host, each alone under JMH: {@code surge bench
 * parts}.
 *
 * <p>What moves bytes counts one MiB of them as one operation, so its operations a second are MiB a
 * second; the others tell the time of one operation. Public as JMH needs them; nothing else uses
 * them.
 */
@NullMarked
package io.surgemesh.parts;

import org.jspecify.annotations.NullMarked;
