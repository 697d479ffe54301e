// Ages and lengths of time.
import { plural } from './grammar'

export const time = {
  justNow: 'just now',
  secondsAgo: (n: string) => `${n} s ago`,
  minutesAgo: (n: string) => `${n} min ago`,
  hoursAgo: (n: string) => `${n} h ago`,
  daysAgo: (n: number) => `${plural(n, 'day', 'days')} ago`,
  milliseconds: (n: string) => `${n} ms`,
  seconds: (n: string) => `${n} s`,
  minutes: (minutes: string, seconds: string) => `${minutes} min ${seconds} s`,
}
