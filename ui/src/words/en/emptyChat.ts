// A chat in which nothing was asked yet.

export const emptyChat = {
  title: 'What would you like to ask?',
  text: 'Each answer shows its model, time and speed.',
  recent: 'Models used last',
  /** What to try first in the demo: the question is written, and sent by the person. */
  starters: [
    { title: 'Ask', model: 'demo-sonnet', question: 'What can an answer hold besides text?' },
    { title: 'See an error mend itself', model: 'demo-internal-error', question: 'Do you answer at the third try?' },
    { title: 'Draw', model: 'demo-image', question: 'A lighthouse at dusk' },
  ],
  whatSpent: 'What did I spend?',
}
