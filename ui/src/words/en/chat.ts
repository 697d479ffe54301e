// The open chat around its messages, and what is said of them wherever the person looks.
import type { CacheLoss, FilmHow, Idea, ShortOf, Uncached } from '../../ipc'
import { count, plural } from './grammar'

export const chat = {
  message: 'Message',
  send: 'Send',
  stop: 'Stop',
  messages: 'Messages',
  points: (n: string) => `≈ ${n}`,
  between: (low: string, high: string) => `${low}–${high}`,
  /** `price`: "140–190 points", "$0.02". */
  costs: (tokens: number, price: string | null, uncounted: number) =>
    [
      price === null ? 'Price unknown' : uncounted > 0 ? `From ${price}` : `About ${price}`,
      `about ${plural(tokens, 'token', 'tokens')} including chat history`,
      ...(uncounted > 0 ? [`${plural(uncounted, 'file', 'files')} not counted`] : []),
    ].join(', ') + '.',
  searchCosts: 'Searching the web may cost more. Poe doesn’t list how much.',
  /** `points`: "191,253 points". */
  short: {
    balance: (points: string) => `${points} short`,
    limit: (points: string) => `${points} over today’s limit`,
    chat: (points: string) => `${points} over this chat’s budget`,
  } satisfies Record<ShortOf, (points: string) => string>,
  /** `points`: what it costs from then on. */
  cachedUntil: (time: string, points: string | null) => `Cached until ${time}${points === null ? '' : `, then ≈ ${points}`}`,
  cacheLost: {
    pause: (time: string) => `The cache expired at ${time}`,
    change: () => 'This change loses the cache',
    model: () => 'The cache stays with the other model',
  } satisfies Record<CacheLoss['why'], (time: string) => string>,
  uncached: {
    off: () => 'The cache is off',
    refused: () => 'Poe isn’t caching this model right now',
    parameter: (name: string) => `${name} skips the cache`,
    tools: () => 'Tools skip the cache',
    file: () => 'A file here skips the cache',
    noLimit: () => 'This model can’t be cached',
  } satisfies Record<Uncached['why'], (name: string) => string>,
  /** `points`: "210". */
  costsMore: (what: string, points: string | null) => (points === null ? what : `${what}: ≈ ${points} more`),
  chips: {
    label: 'Settings of this model',
    ideas: { effort: 'Effort', shape: 'Shape', length: 'Length', search: 'Web' } satisfies Record<Idea, string>,
    search: 'Search the web',
    on: 'On',
    off: 'Off',
    auto: 'Auto',
    /** What the setting is called, and what it is at. */
    opens: (label: string, value: string) => (value === '' ? label : `${label}: ${value}`),
  },
  upTo: (points: string) => `Up to ${points}`,
  useCheaper: (model: string, points: string) => `Use ${model} ≈ ${points}`,
  loading: 'Opening the chat…',
  outline: 'Outline',
  enterSends: 'Enter sends',
  ctrlEnterSends: (key: string) => `${key} Enter sends`,
  shiftEnterBreaks: 'Shift Enter for a new line',
  enterBreaks: 'Enter for a new line',
  escStops: 'Esc stops the answer',
  sendNext: 'Send next',
  /** `points`: what it costs at least, without the answer that is still coming. */
  from: (points: string) => `from ${points}`,
  waits: 'Your message is sent when this answer is complete.',
  stillDraft: 'Not sent. Your message is still in the box.',
  upThenEnter: (label: string) => `↑ Enter: ${label}`,
  started: 'Answer started',
  finished: 'Answer finished',
  film: {
    esc: 'Esc stops waiting, not the video',
    alone: (isNext: boolean) => `Only this message is sent${isNext ? '' : ', with one image at most'}: video models get nothing else of the chat.`,
    from: { remix: 'Remix of this video', extend: 'Extends this video' } satisfies Record<FilmHow, string>,
    without: { remix: 'Make a new video instead of a remix', extend: 'Make a new video instead of extending' } satisfies Record<FilmHow, string>,
  },
  busy: (model: string, doing: string) => `${model}: ${doing}`,
  attempt: (n: number, of: number) => `attempt ${n} of ${of}`,
  cancel: 'Cancel',
  tokens: (n: string) => `${n} tokens`,
  copied: 'Copied',
  saved: 'Answer saved',
  save: 'Save',
  changed: 'Saved',
  quoted: 'Quoted in your message',
  deleteMessage: 'Delete',
  messageDeleted: 'Message deleted',
  putBack: 'Put back',
  isBack: 'Message put back',
  tooLong: (tokens: number, model: string, takes: number) =>
    `About ${count(tokens)} tokens including chat history (an estimate). ${model} allows ${count(takes)} in all.`,
  editing: 'Send asks again as a new version. Save changes only the text; later messages stay.',
  laterMessages: (version: number) => `Later messages are in version ${count(version)}`,
  goBack: 'Go back',
  leftOut: 'Messages above are left out',
  summary: 'Continued from an earlier chat: its summary',
  filesBehind: (n: number) => `${plural(n, 'file', 'files')} of the earlier chat ${n === 1 ? 'isn’t' : 'aren’t'} included. Attach again what still matters.`,
  parameters: 'Parameters',
  parametersChanged: (n: number) => `${n} changed`,
  parametersTitle: 'Parameters of this chat',
}
