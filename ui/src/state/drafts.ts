// What was typed and not sent, by chat. Kept in the window's session, so that a reload loses nothing and no disk sees it.

const key = (conversation: number | null) => `draft:${conversation ?? 'new'}`

export const drafts = {
  read: (conversation: number | null) => sessionStorage.getItem(key(conversation)) ?? '',
  write(conversation: number | null, text: string) {
    if (text === '') sessionStorage.removeItem(key(conversation))
    else sessionStorage.setItem(key(conversation), text)
  },
}
