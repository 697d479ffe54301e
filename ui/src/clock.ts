// Time that moves by itself in what reads it, and costs nothing while nothing does.
import { createSubscriber } from 'svelte/reactivity'

function ticking(every: number): () => number {
  const subscribe = createSubscriber((update) => {
    // Of a page that nobody sees nothing is drawn; it is right again in the moment when it is seen.
    const tick = () => {
      if (!document.hidden) update()
    }
    const timer = setInterval(tick, every)
    document.addEventListener('visibilitychange', tick)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', tick)
    }
  })
  return () => {
    subscribe()
    return Date.now()
  }
}

/** For countdowns and running answers. */
export const everySecond = ticking(1000)
/** For ages and dates. */
export const everyTenSeconds = ticking(10_000)
/** For ages of minutes on a page that is open all day. */
export const everyHalfMinute = ticking(30_000)
