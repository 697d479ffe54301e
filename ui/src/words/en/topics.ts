// The five short pages of Help: what a newcomer asks in the first days. A paragraph, or a list.
export type Topic = { id: 'points' | 'versions' | 'daily-limit' | 'keyboard' | 'privacy'; title: string; about: string; body: (string | string[])[] }

export const topics: Topic[] = [
  {
    id: 'points',
    title: 'Points and prices',
    about: 'What an answer costs, and where you see it.',
    body: [
      'Poe charges points for each answer: for everything sent (your question, the chat so far, your files) and for everything that comes back, thinking included. Some models charge a fixed amount per request instead.',
      [
        '≈ 160 on Send is an estimate, made before anything is sent.',
        'The figure under an answer is what Poe charged, read from your points history.',
        'Balance is checked after every answer and every few minutes; its age is next to it.',
      ],
      'A long chat costs more with every question, because all of it gets resent. A new chat starts small. Models lists every price; Ctrl K changes the model of the open chat.',
      'Claude models keep a long chat for five minutes, and read it again for about a tenth. Telltale asks for that once your second question comes within that time. Send shows until when it lasts, and the receipt what it saved. An earlier message that you edit, another model or a longer pause loses it.',
      'When a request fails, its card says whether points were used. If Poe can’t tell yet, sending again says so on its button.',
    ],
  },
  {
    id: 'versions',
    title: 'Versions of a chat',
    about: 'Nothing is overwritten: ask again and go back.',
    body: [
      [
        'Regenerate asks the same question again. The new answer becomes a version beside the old one.',
        'Edit changes a question. It’s sent as a new version, and everything after the old one is kept with it.',
        'The arrows at “2 of 3” switch between versions.',
        'Continue picks up the same answer where it ended or was cut off.',
      ],
      'Only the version you see is sent with your next question. Every version that was answered has its own cost, and a receipt that shows it.',
    ],
  },
  {
    id: 'daily-limit',
    title: 'Daily limit',
    about: 'The most Telltale spends in a day.',
    body: [
      'Set it in Settings → Points. Telltale counts what it has used since midnight, and sets aside what running answers may cost. Past the limit it sends nothing until you say so: the card offers to send that one message anyway, or to change the limit.',
      'It counts this app only. What you use on poe.com, or in other apps with the same account, shows in Usage and in your balance.',
    ],
  },
  { id: 'keyboard', title: 'Keyboard', about: 'Everything without the mouse.', body: ['Tab reaches everything you can press. Also:'] },
  {
    id: 'privacy',
    title: 'Privacy',
    about: 'What’s stored where, and what leaves this computer.',
    body: [
      [
        'Your key is in your system’s keychain and in memory. It’s in no file, and not in this window.',
        'Your chats are in one database file on this computer, readable by your account only, and not encrypted. Settings → Data shows where.',
        'What you ask, with its chat and files, goes to the address in Settings → Connection: to Poe, unless you changed it. Poe passes it to the model’s maker.',
        'Nothing goes anywhere else: no usage data, no crash reports. Images and links in answers load only when you press them.',
        'The request log keeps times and sizes, and message texts only while you turn that on.',
      ],
      'Settings → Account removes the key. Deleted chats stay in backups until those are replaced, a week at most.',
    ],
  },
]
