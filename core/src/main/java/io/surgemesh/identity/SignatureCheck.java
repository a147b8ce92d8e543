package io.surgemesh.identity;

/**
 * A public key as that which checks its owner's signatures; one form for each kind of arithmetic.
 *
 * <p>Immutable; any thread may call.
 */
sealed interface SignatureCheck permits Ed25519Check, RsaCheck, EcdsaCheck {
  /** Returns whether the signature was made by the key's owner over the message; never throws. */
  boolean holds(byte[] message, byte[] signature);

  /** Returns whether a signature under this key can have that length at all. */
  boolean canHaveBytes(int signatureBytes);
}
