// What is said once an act of the settings is done.

export const done = {
  textSizeIs: (percent: number) => `Text size: ${percent}%`,
  saved: 'Saved',
  savedAndSent: 'Saved. Resending your message.',
  moved: 'Your data is in the new folder',
  backedUp: 'Backup made',
  restored: 'Backup restored',
}
