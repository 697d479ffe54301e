// The question before a bot's first message whose cost nobody can tell.
export const consent = {
  cancel: 'Cancel',
  ofMaker: 'Don’t ask again for bots of this maker',
}
