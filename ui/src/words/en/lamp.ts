// What the lamp says of the connection to Poe.

export const lamp = {
  well: 'Connected to Poe',
  demo: 'Simulated Poe on this computer',
  checking: 'Reading your key',
  attention: 'Needs attention',
  broken: 'Not connected',
  none: 'No account connected',
  offline: 'Can’t reach Poe',
  label: 'What the lamp means',
  checked: (age: string) => `Balance checked ${age}.`,
  unchecked: 'Your balance hasn’t been checked yet.',
  checkNow: 'Check now',
  checkConnection: 'Check the connection',
}
