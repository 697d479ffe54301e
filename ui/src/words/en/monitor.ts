// The balance's small window. It is read without the words of the others.

export const monitor = {
  title: 'Balance',
  points: 'points',
  simulated: 'Simulated points',
  unknown: 'Not checked yet',
  noKey: 'No account connected',
  checked: (age: string) => `Checked ${age}`,
  checking: 'Checking…',
  stale: (problem: string, age: string) => `${problem}. From ${age}.`,
  pace: 'a day',
  today: 'today',
  notOnTop: 'This desktop doesn’t let apps keep a window on top.',
  refresh: 'Refresh points',
  open: 'Open Telltale',
  close: 'Close',
}
