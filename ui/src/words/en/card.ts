// What an error card says around the words of the failure, and the card of what has none.

export const card = {
  details: 'Details',
  copyDetails: 'Copy details',
  detailsCopied: 'Details copied',
  addressCopied: 'Address copied',
  sendingIn: 'Sending in',
  sendsIn: (time: string) => `It’s sent in ${time}`,
  sendingNow: 'Sending now',
  tryingNow: 'Trying again now',
  ready: 'Ready to send',
  why: 'Most likely',
  help: 'What this means',
  log: 'See it in the log',
  dismiss: 'Dismiss',
  everywhere: 'Also in other chats and new ones',
  usedEverywhere: 'Model replaced in all chats',
  unexpected: 'Something unexpected happened',
  text: 'Text',
}
