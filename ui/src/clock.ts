// Time that moves by itself in what reads it, and costs nothing while nothing does.
import { createSubscriber } from 'svelte/reactivity'

function ticking(every: number): () => number {
  const subscribe = createSubscriber((update) => {
    const timer = setInterval(update, every)
    return () => clearInterval(timer)
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
