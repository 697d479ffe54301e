// Answers to one question side by side, and one that is made of them.

export const sideBySide = {
  answers: 'Answers side by side',
  next: 'Your next message follows this answer',
  keep: 'Keep this one',
  keepOf: (model: string) => `Keep this one: ${model}`,
  stopOf: (model: string) => `Stop ${model}`,
  together: (points: string) => `${points} in all`,
  merge: 'Merge…',
  mergeTitle: 'Merge into one answer',
  mergeText: 'One more paid call. Its answer becomes a new version; the others stay.',
  mergeModel: 'Model',
  mergePrompt: 'What is sent',
  mergeSend: 'Merge',
  merged: 'Merged',
  cancel: 'Cancel',
}
