// Waiting for the keychain.

export const keychain = {
  /** Until its own name is known. */
  name: 'system keychain',
  asking: (keychain: string) => `Asking your ${keychain} for the key…`,
  askingSlow: (keychain: string) => `Your ${keychain} hasn’t responded yet. It may be showing its own prompt.`,
  askingPassword: 'Your keychain is asking for a password.',
}
