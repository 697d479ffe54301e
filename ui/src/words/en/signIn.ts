// Signing in with Poe in the browser.

export const signIn = {
  title: 'Sign in with Poe',
  text: 'Opens your browser. Nothing to copy.',
  button: 'Sign in',
  needsId: 'Opens your browser. It needs a client ID first, which is free.',
  how: 'Set up sign-in',
  waiting: 'Waiting for your browser',
  cancel: 'Cancel',
  trouble: 'Nothing happening in the browser?',
  openAgain: 'Open it again',
  copyAddress: 'Copy address',
  code: 'Address or code the browser ended at',
  codeHint: 'If the browser can’t come back by itself, paste its address here.',
  noCode: 'This isn’t the address or a code. Copy the whole address bar.',
  useCode: 'Use it',
  clientId: 'Client ID for signing in',
  clientIdHint: 'Create a public client on Poe and paste its ID here. Pasting a key works without one.',
  getClientId: 'Open poe.com/api/clients',
  goSignIn: 'Go to sign-in',
  validUntil: (date: string) => `valid until ${date}`,
}
